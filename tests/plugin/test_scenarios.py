"""Tests that stand on a scenario, and the fixture `world`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCENARIOS = '''
from __future__ import annotations

from dataclasses import dataclass

from factoryfloor import scenario
from shop.factories import AuthorFactory, BookFactory
from shop.models import Author, Book


@dataclass(frozen=True)
class Shelf:
    author: Author
    books: list[Book]


@scenario("shelf", aliases=["bookshelf"])
def shelf(scale: int = 2) -> Shelf:
    """An author and some of their books."""
    author = AuthorFactory.create()
    return Shelf(author, BookFactory.create_batch(scale, author=author))


@scenario("broken")
def broken() -> Shelf:
    """One that fails."""
    BookFactory.create_batch(3)
    return Shelf(AuthorFactory.create(name=None), [])
'''

ON_A_SHELF = """
import pytest
from shop.factories import AuthorFactory, BookFactory
from shop.models import Author, Book

pytestmark = pytest.mark.scenario("shelf")
"""


@pytest.fixture(autouse=True)
def scenarios(shop: Path) -> None:
    """The shop has scenarios."""
    (shop / "shop" / "scenarios.py").write_text(SCENARIOS)
    settings = shop / "pyproject.toml"
    table = "[tool.factoryfloor]\n"
    text = settings.read_text().replace(table, f'{table}scenarios = ["shop.scenarios"]\n')
    settings.write_text(text)


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


def test_a_world_without_a_scenario_is_told_what_to_write(
    run: Callable[..., pytest.RunResult],
) -> None:
    result = run(test_it="def test_it(world): pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*mark it @pytest.mark.scenario("name").'])


@pytest.mark.parametrize(
    "marker, said",
    [
        ('"shlef"', "*there is no scenario 'shlef'; there are shelf, *"),
        ("", "*scenario() does not say which: * missing *'name'. Write *"),
        ('"shelf", size=3', "*scenario('shelf', size=) does not say which: *'size'. Write *"),
        ('"shelf", scale=0', "*the scale of 'shelf' must be 1 or more; it is 0."),
        (
            '"broken"',
            "*the scenario 'broken' failed at shop*scenarios.py:*, 6 rows written before*",
        ),
    ],
)
def test_a_scenario_that_cannot_be_stood_on_fails_its_test_alone(
    run: Callable[..., pytest.RunResult], marker: str, said: str
) -> None:
    result = run(
        test_it=f"""
import pytest

@pytest.mark.scenario({marker})
def test_it(db):
    pass

def test_other(author):
    assert author.id
"""
    )

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([said])
