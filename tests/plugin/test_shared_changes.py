"""A test that changes shared rows without having said so is told which."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

SHARED = """
    import pytest
    from sqlalchemy import delete, text, update
    from factoryfloor import shared
    from shop.database import SessionLocal, engine
    from shop.factories import AuthorFactory, BookFactory
    from shop.models import Author, Book

    @shared(scope="module")
    def ann():
        author = AuthorFactory.create(name="Ann", country="NL")
        BookFactory.create(author=author, title="Hidden")
        return author

    def rename(name):
        with SessionLocal() as session:
            session.execute(update(Author).values(name=name))
            session.commit()
"""
TESTS = {
    "committed by the test": (
        "def test(ann, db):\n ann.name = 'new'\n db.commit()",
        "authors (id *) of ann (test_it.py:8): name 'Ann' → 'new'",
    ),
    "only flushed": (
        "def test(ann, db):\n ann.country = 'DE'\n db.flush()",
        "authors (id *) of ann (test_it.py:8): country 'NL' → 'DE'",
    ),
    "by a request": (
        "def test(ann, db):\n rename('new')",
        "authors (id *) of ann (test_it.py:8): name 'Ann' → 'new'",
    ),
    "before an error": (
        (
            "def test(ann, db):\n rename('new')\n"
            " with pytest.raises(Exception): db.execute(text('SELECT 1/0'))"
        ),
        "authors (id *) of ann (test_it.py:8): name 'Ann' → 'new'",
    ),
    "a row that is not returned": (
        "def test(ann, db):\n db.execute(delete(Book))",
        "books (id *) of ann (test_it.py:8) is gone",
    ),
    "a table is emptied": (
        (
            "def test(ann, engine):\n"
            " with engine.begin() as connection:\n  connection.execute(text('TRUNCATE books'))"
        ),
        "books (id *) of ann (test_it.py:8) is gone",
    ),
    "by a test that does not ask for it": (
        "def test_first(ann): pass\ndef test(db):\n rename('new')",
        "authors (id *) of ann (test_it.py:8): name 'Ann' → 'new'",
    ),
}


@pytest.mark.parametrize("test, told", TESTS.values(), ids=TESTS)
def test_a_change_is_told(run: Run, test: str, told: str) -> None:
    result = run("-rA", test_it=dedent(SHARED) + test)

    result.assert_outcomes(passed=1 + test.count("first"), warnings=1)
    result.stdout.fnmatch_lines([f"*test_it.py::test changed shared data: {told}*", told])


QUIET = """
    def test_nothing_is_done(ann):
        pass

    def test_rows_are_read(ann, db):
        assert [book.title for book in ann.books] == ["Hidden"]

    def test_rows_of_ones_own_change(ann, db):
        own = AuthorFactory.create(name="own")
        own.name = "other"
        db.flush()
        db.delete(own)
        BookFactory.create(author=ann)
        db.commit()

    def test_a_change_is_rolled_back(ann, db):
        ann.name = "new"
        db.flush()
        db.rollback()

    def test_a_value_stays_the_same(ann, engine):
        with engine.begin() as connection:
            connection.execute(text("UPDATE authors SET name = name"))

    def test_a_row_is_locked(ann, engine):
        with engine.begin() as connection:
            connection.execute(text("SELECT FROM authors FOR UPDATE"))

    @pytest.mark.changes_shared
    def test_it_is_said(ann, db):
        ann.name = "new"
        db.commit()

    def test_after_it(ann, db):
        ann.books[0].title = "never flushed"

    @shared(scope="class")
    def renamed(ann):
        ann.name = "renamed"
        return ann.books

    class TestNarrowerData:
        def test_changes_wider_data(self, renamed, ann):
            assert ann.name == "renamed" and renamed[0].author is ann

    def test_which_returns(ann):
        assert ann.name == "Ann"
"""


def test_nothing_is_told_otherwise(run: Run) -> None:
    result = run("-W", "error", "--strict-markers", test_it=SHARED + QUIET)

    result.assert_outcomes(passed=10)


def test_the_warning_can_be_an_error_of_the_test(run: Run) -> None:
    category = "error::factoryfloor.errors.SharedDataChangedWarning"

    result = run(
        *("-W", category),
        test_it=f"""{SHARED}
    def test_changing(ann, db):
        ann.name = "new"
        db.commit()

    def test_next(ann):
        assert ann.name == "Ann"
    """,
    )

    result.assert_outcomes(passed=2, errors=1)


def test_workers_pass_the_warning_on(run: Run) -> None:
    changing = "\n    def test_changing(ann, db):\n        ann.name = 'new'\n        db.commit()\n"

    result = run("-n", "1", test_it=SHARED + changing)

    result.stdout.fnmatch_lines(["*changed shared data: authors*name 'Ann' → 'new'*"])
