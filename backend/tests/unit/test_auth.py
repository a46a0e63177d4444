"""Passwords and tokens prove who someone is, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from app.auth import (
    InvalidTokenError,
    create_access_token,
    get_password_hash,
    user_id_in,
    verify_password,
)
from app.config import settings

pytestmark = pytest.mark.unit

SECRET = settings.secret_key.get_secret_value()
LATER = datetime.now(UTC) + timedelta(hours=1)


def signed(claims: dict[str, Any], key: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


def test_a_password_matches_its_own_hash_alone() -> None:
    hashed = get_password_hash("filament")

    assert verify_password("filament", hashed)
    assert not verify_password("Filament", hashed)
    assert get_password_hash("filament") != hashed


@pytest.mark.parametrize("hashed", [None, "", "not a hash", "$argon2id$not one either"])
def test_no_password_matches_what_is_no_hash(hashed: str | None) -> None:
    assert not verify_password("", hashed)


def test_a_token_names_its_user() -> None:
    assert user_id_in(create_access_token(7)) == 7


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        create_access_token(7, timedelta(seconds=-1)),
        signed({"sub": "7"}),
        signed({"exp": LATER}),
        signed({"sub": "ada", "exp": LATER}),
        signed({"sub": "7", "exp": LATER}, key="y" * 64),
        signed({"sub": "7", "exp": LATER}, algorithm="HS384"),
        signed({"sub": "7", "exp": LATER}, key="", algorithm="none"),
    ],
    ids=[
        "empty",
        "nonsense",
        "expired",
        "endless",
        "nobody",
        "no-id",
        "forged",
        "other",
        "unsigned",
    ],
)
def test_a_token_that_proves_nothing_is_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError, match="log in again"):
        user_id_in(token)
