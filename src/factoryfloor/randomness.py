"""One seed for everything random: factory_boy's generator and Faker's."""

from __future__ import annotations

import contextlib
import hashlib
import random
from typing import TYPE_CHECKING

import factory.random
import faker.generator

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    number = derive(seed, key)
    for generator in _generators():
        generator.seed(number)


@contextlib.contextmanager
def reseeded(seed: int, key: str) -> Iterator[None]:
    """Within the block the values are those of this key; after it the old ones go on."""
    generators = _generators()
    before = [generator.getstate() for generator in generators]
    reseed(seed, key)
    try:
        yield
    finally:
        for generator, state in zip(generators, before, strict=True):
            generator.setstate(state)


def _generators() -> set[random.Random]:
    """Those of factory_boy and of Faker, which are one unless somebody has replaced either."""
    return {factory.random.randgen, faker.generator.random}
