"""What an endpoint asks for to know its user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import get_db
from app.models import Role, User

from .passwords import verify_password
from .tokens import InvalidTokenError, user_id_in

if TYPE_CHECKING:
    from collections.abc import Callable

LADDER = (Role.VIEWER, Role.OPERATOR, Role.PLANNER, Role.ADMIN)
"""The roles, each of which may do all that those before it may."""

_bearer_token = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/login")


def authenticate(db: Session, username: str, password: str) -> User | None:
    """The active user with this name and password, if there is one."""
    # PostgreSQL takes no NUL, so nobody's name has one.
    known = "\0" not in username
    user = db.scalar(select(User).where(User.username == username)) if known else None
    if not verify_password(password, user.hashed_password if user else None):
        return None
    return user if user and user.is_active else None


def current_user(
    token: Annotated[str, Depends(_bearer_token)], db: Annotated[Session, Depends(get_db)]
) -> User:
    """The active user whom the request's token names; 401 if there is none."""
    try:
        user = db.get(User, user_id_in(token))
    except InvalidTokenError:
        user = None
    if user is None or not user.is_active:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "Could not validate credentials",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return user


def require_role(*roles: Role) -> Callable[[User], User]:
    """A dependency that gives the current user if they have one of the roles; else 403."""

    def user_in_role(user: Annotated[User, Depends(current_user)]) -> User:
        if user.role not in roles:
            raise HTTPException(
                status.HTTP_403_FORBIDDEN, f"This needs the role {' or '.join(roles)}"
            )
        return user

    return user_in_role


def at_least(role: Role) -> Callable[[User], User]:
    """A dependency that gives the current user if they have the role or one above it; else 403."""
    return require_role(*LADDER[LADDER.index(role) :])
