"""Who logs in, and the farm on the day that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import Role
from factoryfloor import scenario
from tests.factories import UserFactory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Credentials:
    """What a user logs in with, and what they may do."""

    user_id: int
    username: str
    password: str
    email: str
    role: Role


@dataclass(frozen=True)
class Empty:
    """Nothing but somebody who may do everything."""

    admin: Credentials


@scenario("empty")
def empty(db: Session) -> Empty:
    """A farm on the day that it opens: one administrator to log in with, and nothing else."""
    return Empty(admin=sign_up(Role.ADMIN))


def sign_up(role: Role) -> Credentials:
    """A user of this role, whose name is their password too."""
    user = UserFactory.create(
        username=role.value, email=f"{role.value}@filaops.example", password=role.value, role=role
    )
    return Credentials(
        user_id=user.id,
        username=user.username,
        password=role.value,
        email=user.email,
        role=user.role,
    )
