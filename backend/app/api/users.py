"""The users, and the one who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth import current_user, get_password_hash, require_role
from app.models import Role, User

from .parameters import CurrentPage, Database

router = APIRouter()
for_admins = [Depends(require_role(Role.ADMIN))]


class NewUser(BaseModel):
    """What an administrator decides about a new user."""

    username: str = Field(min_length=1, max_length=80)
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    password: str = Field(min_length=8, max_length=200)
    role: Role = Role.VIEWER


class UserRead(BaseModel):
    """A user, without any secret."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    username: str
    email: str
    role: Role
    is_active: bool


@router.get("/me", response_model=UserRead)
@router.get("/users/me", response_model=UserRead)
def me(user: Annotated[User, Depends(current_user)]) -> User:
    """The user who asks."""
    return user


@router.get("/users", response_model=list[UserRead], dependencies=for_admins)
def users(db: Database, page: CurrentPage) -> Sequence[User]:
    """All users by name, for administrators."""
    return db.scalars(page.of(select(User).order_by(User.username))).all()


@router.post(
    "/users",
    response_model=UserRead,
    status_code=status.HTTP_201_CREATED,
    dependencies=for_admins,
    responses={409: {"description": "The username or the email is taken"}},
)
def create_user(new: NewUser, db: Database) -> User:
    """A new user, made by an administrator."""
    user = User(
        username=new.username,
        email=new.email,
        role=new.role,
        hashed_password=get_password_hash(new.password),
    )
    db.add(user)
    try:
        db.commit()
    except IntegrityError as error:
        db.rollback()
        raise HTTPException(status.HTTP_409_CONFLICT, "Username or email is taken") from error
    return user
