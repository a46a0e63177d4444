"""The users, and the one who asks."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, status
from sqlalchemy import select

from app.auth import get_password_hash
from app.models import Role, User
from app.services import users as directory

from .access import AdminOnly, CurrentUser, for_admins
from .fields import NOT_GIVEN, Flag, RowId, SearchText
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import Database
from .problems import problems
from .reading import required
from .schemas.users import NewUser, UserEdit, UserRead

router = APIRouter()
in_order = sorted_by(
    "username", User.id, username=User.username, email=User.email, created_at=User.created_at
)


@router.get("/me", response_model=UserRead)
@router.get("/users/me", response_model=UserRead)
def me(user: CurrentUser) -> User:
    """The user who asks."""
    return user


@router.get("/users", response_model=list[UserRead], **for_admins(also=listed()))
def users(
    db: Database,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    role: Role = NOT_GIVEN,
    is_active: Flag = NOT_GIVEN,
) -> Sequence[User]:
    """All users, for administrators; `q` is part of a name or an email."""
    found = containing(select(User), q, User.username, User.email)
    return page.read(db, where_equal(found, (User.role, role), (User.is_active, is_active)))


@router.get("/users/{user_id}", response_model=UserRead, **for_admins(404))
def user(user_id: RowId, db: Database) -> User:
    """One user, for administrators."""
    return required(db.get(User, user_id), User, user_id)


@router.post(
    "/users", response_model=UserRead, status_code=status.HTTP_201_CREATED, **for_admins(409)
)
def create_user(new: NewUser, db: Database) -> User:
    """A new user, made by an administrator."""
    values = new.model_dump(exclude={"password"})
    user = User(**values, hashed_password=get_password_hash(new.password))
    db.add(user)
    db.commit()
    return user


@router.patch("/users/{user_id}", response_model=UserRead, responses=problems(403, 404, 409))
def edit_user(user_id: RowId, edit: UserEdit, db: Database, admin: AdminOnly) -> User:
    """The user with another role, or no longer active; 409 for the administrator themself."""
    user = directory.edit(db, admin.id, user_id, edit.model_dump(exclude_unset=True))
    db.commit()
    return user
