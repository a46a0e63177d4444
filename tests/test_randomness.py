"""One seed and one key give the same values, whatever was drawn before."""

from __future__ import annotations

import random

import factory.random
import faker

from factoryfloor.randomness import derive, new_seed, reseed


def draw() -> tuple[float, str]:
    return factory.random.randgen.random(), faker.Faker().name()


def test_the_same_seed_and_key_repeat_the_values() -> None:
    reseed(1, "test_a")
    first = draw()
    draw()
    reseed(1, "test_a")

    assert draw() == first


def test_another_key_or_seed_gives_other_values() -> None:
    values = []
    for seed, key in ((1, "test_a"), (1, "test_b"), (2, "test_a")):
        reseed(seed, key)
        values.append(draw())

    assert len(set(values)) == 3


def test_the_derived_seed_is_the_same_in_every_process() -> None:
    assert derive(7, "tests/test_a.py::test_b") == 7959488113699074320


def test_pythons_own_generator_is_left_alone() -> None:
    random.seed(5)
    expected = random.random()
    random.seed(5)
    reseed(1, "test_a")

    assert random.random() == expected


def test_new_seeds_differ() -> None:
    assert len({new_seed() for _ in range(5)}) > 1
