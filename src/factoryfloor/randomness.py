"""One seed for everything random: factory_boy's generator and Faker's."""

from __future__ import annotations

import hashlib
import random

import factory.random


def new_seed() -> int:
    """A seed nobody chose, short enough to be read out."""
    return random.SystemRandom().randrange(10**6)


def derive(seed: int, key: str) -> int:
    """The seed of one test: the same for the same seed and key, whatever ran before."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest()[:8], "big")


def reseed(seed: int, key: str) -> None:
    """Start factory_boy's and Faker's own generators again, from `derive(seed, key)`.

    Python's global generator stays as it is.
    """
    factory.random.reseed_random(derive(seed, key))
