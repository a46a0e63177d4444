"""A server that is lost while tests stand on a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor.server import EmbeddedServer
from tests.plugin.shelf import give_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOSING = """
import os, signal, time
import pytest
from factoryfloor.server import EmbeddedServer
from shop.factories import AuthorFactory, BookFactory
from shop.models import Author, Book

on_a_shelf = pytest.mark.scenario("shelf")

def lose_server():
    process = EmbeddedServer().status().server
    os.kill(process, signal.SIGKILL)
    for _ in range(500):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)

@pytest.fixture
def whole(world, db):
    yield
    assert world.author.name == "Author 1"
    assert db.query(Book).count() == 2
    assert BookFactory.create().author.name == "Author 3"
"""

AT_LAST = """
def test_without_a_scenario(db):
    assert db.query(Author).count() == 0
    assert AuthorFactory.create().name == "Author 1"
"""


@pytest.fixture(autouse=True)
def mortal(shop: Path, runtime: Path) -> Iterator[None]:
    """The shop has scenarios, and a server that a test may kill."""
    give_scenarios(shop)
    yield
    EmbeddedServer().stop()


def test_it_costs_the_test_that_it_was_lost_in(
    run_unchecked: Callable[..., pytest.RunResult],
) -> None:
    result = run_unchecked(
        test_lost=LOSING
        + """
@on_a_shelf
def test_in_which_it_is_lost(db):
    AuthorFactory.create()
    lose_server()
    AuthorFactory.create()

@on_a_shelf
def test_that_begins_with_a_factory(db):
    assert AuthorFactory.create().name == "Author 2"
    assert db.query(Author).count() == 2

@on_a_shelf
def test_that_begins_with_the_scenario(whole, db):
    assert AuthorFactory.create().name == "Author 2"
"""
        + AT_LAST
    )

    result.assert_outcomes(passed=3, failed=1)


@pytest.mark.parametrize("mark", ["", "@pytest.mark.committed_db\n"])
def test_between_two_tests_it_costs_none(
    run_unchecked: Callable[..., pytest.RunResult], mark: str
) -> None:
    result = run_unchecked(
        test_lost=LOSING
        + f"""
@on_a_shelf
def test_at_whose_end_it_is_lost(db):
    AuthorFactory.create()
    db.commit()
    lose_server()

{mark}@on_a_shelf
def test_on_the_scenario(whole, db):
    assert AuthorFactory.create().name == "Author 2"

@on_a_shelf
def test_on_it_again(whole, db):
    assert AuthorFactory.create().name == "Author 2"
"""
        + AT_LAST
    )

    result.assert_outcomes(passed=4)


def test_copies_without_a_connection_are_made_anew_as_well(
    run_unchecked: Callable[..., pytest.RunResult],
) -> None:
    result = run_unchecked(
        test_lost=LOSING
        + """
each_size = pytest.mark.parametrize(
    "size",
    [pytest.param(n, marks=pytest.mark.scenario("shelf", scale=n)) for n in range(1, 6)],
)

@each_size
def test_before(db, size):
    assert db.query(Book).count() == size

@on_a_shelf
def test_at_whose_end_it_is_lost():
    lose_server()

@each_size
def test_after(db, size):
    assert db.query(Book).count() == size
"""
        + AT_LAST
    )

    result.assert_outcomes(passed=12)
