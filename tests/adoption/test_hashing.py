"""Hashing is cheap under test, verifies both ways, and comes back when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import argon2
import bcrypt
import pytest
from pwdlib import PasswordHash

from factoryfloor.adoption import CheapHashing

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hashing() -> Iterator[CheapHashing]:
    cheap = CheapHashing()
    cheap.install()
    yield cheap
    cheap.remove()


def test_bcrypt_hashes_at_its_lowest_cost(hashing: CheapHashing) -> None:
    hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(rounds=12))

    assert hashed.startswith(b"$2b$04$")
    assert bcrypt.checkpw(b"secret", hashed)


def test_a_salt_of_production_cost_is_lowered_too(hashing: CheapHashing) -> None:
    with hashing.suspended():
        salt = bcrypt.gensalt(rounds=6)

    assert salt.startswith(b"$2b$06$")
    assert bcrypt.hashpw(b"secret", salt).startswith(b"$2b$04$")


def test_a_bcrypt_hash_of_production_cost_still_verifies(hashing: CheapHashing) -> None:
    with hashing.suspended():
        hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(rounds=6))

    assert hashed.startswith(b"$2b$06$")
    assert bcrypt.checkpw(b"secret", hashed)
    assert bcrypt.hashpw(b"secret", hashed) == hashed


def test_argon2_hashes_at_its_lowest_cost(hashing: CheapHashing) -> None:
    hashed = argon2.PasswordHasher().hash("secret")

    assert "$m=8,t=1,p=1$" in hashed
    assert argon2.PasswordHasher().verify(hashed, "secret")


def test_a_cheap_hash_is_not_reported_as_outdated(hashing: CheapHashing) -> None:
    hasher = argon2.PasswordHasher()

    assert not hasher.check_needs_rehash(hasher.hash("secret"))
    with hashing.suspended():
        outdated = argon2.PasswordHasher(time_cost=2).hash("secret")
    assert hasher.check_needs_rehash(outdated)


def test_wrappers_follow(hashing: CheapHashing) -> None:
    passwords = PasswordHash.recommended()

    hashed = passwords.hash("secret")

    assert "$m=8,t=1,p=1$" in hashed
    assert passwords.verify("secret", hashed)
    assert not passwords.verify("other", hashed)


def test_removing_brings_production_cost_back() -> None:
    cheap = CheapHashing()
    cheap.install()
    cheap.remove()

    assert "$m=8," not in argon2.PasswordHasher().hash("secret")
    assert bcrypt.gensalt(rounds=5).startswith(b"$2b$05$")
