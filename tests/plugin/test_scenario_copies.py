"""What a worker keeps of the scenarios that its tests stand on: copies, and connections to some."""

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


def test_commits_are_real_on_a_copy_of_the_scenario(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        test_it=ON_A_SHELF
        + """
from sqlalchemy import select

@pytest.mark.committed_db
@pytest.mark.parametrize("time", [1, 2])
def test_it(world, db, engine, time):
    assert world.author.name == "Author 1"
    world.author.name = "committed"
    db.commit()
    with engine.connect() as other:
        assert other.scalars(select(Author.name)).all() == ["committed"]
"""
    )

    result.assert_outcomes(passed=2)


def test_each_worker_has_a_copy_of_its_own(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        "-n",
        "2",
        test_it=ON_A_SHELF
        + """
@pytest.mark.parametrize("time", range(6))
def test_it(world, db, time):
    assert db.query(Author).count() == 1
    AuthorFactory.create()
    db.commit()
""",
    )

    result.assert_outcomes(passed=6)


def test_more_scenarios_than_connections_are_kept(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        test_it="""
import pytest
from shop.models import Book

@pytest.mark.parametrize("round", [1, 2])
@pytest.mark.parametrize(
    "size",
    [pytest.param(n, marks=pytest.mark.scenario("shelf", scale=n)) for n in range(1, 7)],
)
def test_it(db, size, round):
    assert db.query(Book).count() == size
    db.add(Book(title="one more", author_id=1))
    db.commit()
"""
    )

    result.assert_outcomes(passed=12)


def test_a_worker_stays_connected_to_a_few_of_its_copies(
    run: Callable[..., pytest.RunResult],
) -> None:
    result = run(
        test_it="""
import time
import pytest
from shop.models import Book
from sqlalchemy import text

CONNECTIONS = text(
    "SELECT count(pg_stat_clear_snapshot()) FROM pg_stat_activity "
    "WHERE starts_with(datname, current_database() || '_')"
)

@pytest.mark.parametrize(
    "size",
    [pytest.param(n, marks=pytest.mark.scenario("shelf", scale=n)) for n in range(1, 7)],
)
def test_it(db, size):
    assert db.query(Book).count() == size

def test_that_they_are_three(db):
    for _ in range(500):  # PostgreSQL takes a moment to notice that one was closed
        found = db.scalar(CONNECTIONS)
        if found == 3:
            break
        time.sleep(0.01)
    assert found == 3
"""
    )

    result.assert_outcomes(passed=7)


def test_an_escaped_transaction_costs_one_copy(
    run_unchecked: Callable[..., pytest.RunResult],
) -> None:
    result = run_unchecked(
        "-p",
        "no:randomly",
        test_it=ON_A_SHELF
        + """
def test_that_escapes(db):
    db.add(Author(name="stays", country="NL"))
    db.flush()
    db.connection().exec_driver_sql("SELECT 1; COMMIT; SELECT 2")

def test_next(db):
    assert db.query(Author).count() == 1
""",
    )

    assert result.parseoutcomes()["passed"] == 2
