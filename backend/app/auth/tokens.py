"""Access tokens: signed, short-lived, and naming one user."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt

from app.config import settings

ALGORITHM = "HS256"
"""The one algorithm accepted, whatever a token's header asks for."""


class InvalidTokenError(Exception):
    """A token is not ours, was altered, or has expired; the user must log in again."""


def create_access_token(user_id: int, lifetime: timedelta | None = None) -> str:
    """A token that is good for `access_token_expire_minutes`, or for the given time."""
    if lifetime is None:
        lifetime = timedelta(minutes=settings.access_token_expire_minutes)
    claims = {"sub": str(user_id), "exp": datetime.now(UTC) + lifetime}
    return jwt.encode(claims, settings.secret_key.get_secret_value(), algorithm=ALGORITHM)


def user_id_in(token: str) -> int:
    """The id of the user whom a token names; `InvalidTokenError` if it proves nothing."""
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            options={"require": ["exp", "sub"]},
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidTokenError("log in again: the token is not valid") from error
