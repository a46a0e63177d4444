"""Passwords, hashed by argon2 with the parameters that its library recommends."""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

_argon2 = PasswordHash.recommended()


def get_password_hash(password: str) -> str:
    """The hash to store for a password, with a salt of its own."""
    return _argon2.hash(password)


def verify_password(password: str, hashed_password: str | None) -> bool:
    """Whether the hash was made from the password.

    Without a hash, because nobody has that name, the same work is done, so that the time an
    answer takes does not tell who exists.
    """
    try:
        matches = _argon2.verify(password, hashed_password or _hash_of_nobody())
    except UnknownHashError:
        return False
    return matches and bool(hashed_password)


@cache
def _hash_of_nobody() -> str:
    return get_password_hash("")
