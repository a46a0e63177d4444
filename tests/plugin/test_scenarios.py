"""Tests that stand on a scenario, and the fixture `world`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugin.shelf import ON_A_SHELF, give_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def scenarios(shop: Path) -> None:
    """The shop has scenarios."""
    give_scenarios(shop)


def test_the_world_holds_objects_of_the_test_s_session(
    run: Callable[..., pytest.RunResult],
) -> None:
    result = run(
        test_it=ON_A_SHELF
        + """
def test_it(world, db):
    assert world.author in db and world.books[1] in db
    assert world.books[1].author is world.author
    assert [book.title for book in world.books] == ["Book 1 of Author 1", "Book 2 of Author 1"]
    assert db.query(Book).count() == 2
"""
    )

    result.assert_outcomes(passed=1)


def test_what_a_test_changes_is_lost(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        test_it=ON_A_SHELF
        + """
@pytest.mark.parametrize("time", [1, 2])
def test_it(world, db, time):
    assert world.author.name == "Author 1"
    assert db.query(Book).count() == 2
    world.author.name = "changed"
    db.delete(world.books[0])
    db.commit()
    assert db.query(Book).count() == 1
"""
    )

    result.assert_outcomes(passed=2)


def test_factories_go_on_behind_the_scenario_s_rows(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        test_it=ON_A_SHELF
        + """
def test_it(db):
    assert AuthorFactory.create().name == "Author 2"
    assert BookFactory.create().title == "Book 3 of Author 3"

def test_fixtures(author):
    assert author.name == "Author 2"
"""
    )

    result.assert_outcomes(passed=2)


def test_ids_go_on_behind_those_of_the_scenario(
    run: Callable[..., pytest.RunResult],
) -> None:
    result = run(
        test_it="""
import pytest
from shop.factories import AuthorFactory

@pytest.mark.scenario("numbered")
def test_it(world, db):
    assert world.author.id == 1
    assert AuthorFactory.create().id == 2
"""
    )

    result.assert_outcomes(passed=1)


def test_other_tests_do_not_see_the_scenario(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        test_it="""
import pytest
from shop.factories import AuthorFactory
from shop.models import Book

def test_before(db):
    assert db.query(Book).count() == 0
    assert AuthorFactory.create().name == "Author 1"

@pytest.mark.scenario("shelf")
def test_on_it(db):
    assert db.query(Book).count() == 2

@pytest.mark.scenario("bookshelf", scale=5)
def test_on_a_larger_one(world, db):
    assert db.query(Book).count() == len(world.books) == 5

def test_after(db):
    assert db.query(Book).count() == 0
    assert AuthorFactory.create().name == "Author 1"
"""
    )

    result.assert_outcomes(passed=4)


def test_requests_and_async_sessions_see_the_scenario(
    run: Callable[..., pytest.RunResult],
) -> None:
    result = run(
        test_it=ON_A_SHELF
        + """
from sqlalchemy import func, select

async def test_async(client, async_db, world):
    assert (await client.get("/authors")).json() == 1
    assert await async_db.scalar(select(func.count()).select_from(Author)) == 1
    assert (await async_db.get(Author, world.author.id)).name == "Author 1"

def test_sync(sync_client, db):
    assert sync_client.post("/authors/Ann").json() == 2
    assert db.query(Author).count() == 2

def test_it_is_rolled_back(sync_client):
    assert sync_client.get("/authors").json() == 1
"""
    )

    result.assert_outcomes(passed=3)
