"""A password is proved by its own hash, and by nothing else."""

from __future__ import annotations

import pytest

from app.auth import get_password_hash, verify_password

pytestmark = pytest.mark.unit


def test_a_password_matches_its_own_hash_alone() -> None:
    hashed = get_password_hash("filament")

    assert verify_password("filament", hashed)
    assert not verify_password("Filament", hashed)
    assert not verify_password("filament ", hashed)


def test_the_same_password_is_never_stored_twice_alike() -> None:
    assert get_password_hash("filament") != get_password_hash("filament")


def test_a_hash_does_not_show_its_password() -> None:
    assert "filament" not in get_password_hash("filament")


@pytest.mark.parametrize("password", ["", "filament", "a\0b", "лампа 🌕", "x" * 200])
def test_every_password_can_be_stored_and_proved(password: str) -> None:
    hashed = get_password_hash(password)

    assert verify_password(password, hashed)
    assert not verify_password(f"{password}!", hashed)


@pytest.mark.parametrize("password", ["", "filament"])
@pytest.mark.parametrize("hashed", [None, "", "filament", "not a hash", "$argon2id$not one either"])
def test_no_password_matches_what_is_no_hash(password: str, hashed: str | None) -> None:
    assert not verify_password(password, hashed)


def test_hashing_is_cheap_under_test() -> None:
    assert "$m=8,t=1,p=1$" in get_password_hash("filament")


@pytest.mark.real_hashing
def test_production_pays_what_argon2s_authors_recommend() -> None:
    hashed = get_password_hash("filament")

    # RFC 9106, section 4, second recommended option: 64 MiB, three passes, four lanes
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert verify_password("filament", hashed)
