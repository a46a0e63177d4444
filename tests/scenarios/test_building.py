"""What a scenario is built with: a count from 1, hashes that cost little, ids that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bcrypt
import psycopg
import pytest
from argon2 import PasswordHasher

from factoryfloor.scenarios import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.floor import Floor
    from factoryfloor.server import EmbeddedServer
    from tests.scenarios.conftest import Shop

CROWD = '''
from __future__ import annotations

from dataclasses import dataclass

import argon2
import bcrypt
import factory

from factoryfloor import ModelFactory, scenario
from PACKAGE.models import Author


class PoetFactory(ModelFactory[Author]):
    name = factory.Sequence(lambda n: f"Poet {n}")
    country = factory.Iterator(["NL", "BE", "LU"])


@dataclass(frozen=True)
class Crowd:
    authors: list[Author]


@scenario("crowd")
def crowd(scale: int = 2) -> Crowd:
    """Some authors."""
    return Crowd(PoetFactory.create_batch(scale))


@scenario("numbered")
def numbered() -> Crowd:
    """Authors with ids that a person chose."""
    return Crowd([PoetFactory.create(id=number) for number in (1, 40)])


@dataclass(frozen=True)
class Door:
    bcrypt: str
    argon2: str


@scenario("door")
def door() -> Door:
    """A password behind a door."""
    hashed = bcrypt.hashpw(b"sesame", bcrypt.gensalt(rounds=12)).decode()
    return Door(hashed, argon2.PasswordHasher(time_cost=2).hash("sesame"))
'''


@pytest.fixture
def crowds(shop: Shop, open_shop: Callable[[], Floor]) -> Snapshots:
    """The shop's scenarios, which are others here."""
    shop.write("scenarios", CROWD)
    return Snapshots(open_shop())


@pytest.fixture
def authors(
    crowds: Snapshots, server: EmbeddedServer, shop: Shop
) -> Callable[..., list[tuple[Any, ...]]]:
    """The rows of authors in a clone of a scenario, after a statement."""

    def authors(name: str, *statements: str, scale: int | None = None) -> list[tuple[Any, ...]]:
        clone = crowds.clone(crowds.snapshot(name, scale), f"{shop.database}_clone")
        with psycopg.connect(server.address.conninfo(clone)) as connection:
            for statement in statements:
                connection.execute(statement.encode())
            return connection.execute("TABLE authors ORDER BY id").fetchall()

    return authors


def test_a_scenario_counts_anew_whatever_was_drawn_before(
    authors: Callable[..., list[tuple[Any, ...]]],
) -> None:
    authors("crowd")

    found = authors("crowd", scale=4)

    assert found == [
        (number, f"Poet {number}", country)
        for number, country in enumerate(["NL", "BE", "LU", "NL"], 1)
    ]


def test_ids_go_on_behind_those_that_the_scenario_gave(
    authors: Callable[..., list[tuple[Any, ...]]],
) -> None:
    found = authors("numbered", "INSERT INTO authors (name, country) VALUES ('next', 'NL')")

    assert [number for number, *_ in found] == [1, 40, 41]


def test_passwords_are_hashed_at_the_lowest_cost_and_after_it_as_before(crowds: Snapshots) -> None:
    found: Any = crowds.snapshot("door").record.data

    assert found["bcrypt"].startswith("$2b$04$")
    assert "$m=8,t=1,p=1$" in found["argon2"]
    assert bcrypt.checkpw(b"sesame", found["bcrypt"].encode())
    assert bcrypt.gensalt(rounds=5).startswith(b"$2b$05$")
    assert "$m=8," not in PasswordHasher().hash("sesame")
