"""Users as they are sent and shown, never with a secret."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from app.api.fields import NOT_GIVEN, PROSE, Email, Input, Row, ShortText, Switch
from app.models import Role

Password = Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=PROSE)]


class NewUser(Input):
    """What an administrator decides about a new user."""

    username: ShortText
    email: Email
    password: Password
    role: Role = Role.VIEWER


class UserEdit(Input):
    """What an administrator changes of a user."""

    role: Role = NOT_GIVEN
    is_active: Switch = NOT_GIVEN


class UserRead(Row):
    """A user."""

    id: int
    username: str
    email: str
    role: Role
    is_active: bool
