"""Data made once for a class, a module or the session, and met by each test as it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

AFRESH = """
    from dataclasses import dataclass
    import pytest
    from sqlalchemy import func, inspect, select
    from factoryfloor import shared
    from shop.database import SessionLocal
    from shop.factories import AuthorFactory, BookFactory
    from shop.models import Author, Book

    made = []

    @dataclass(frozen=True)
    class Shelf:
        author: Author
        books: list[Book]

    @shared(scope="module")
    def shelf():
        made.append("shelf")
        author = AuthorFactory.create(name="Ann", country="NL", books=3)
        return Shelf(author, author.books)

    @shared(scope="module")
    def sequel(shelf, db):
        assert inspect(shelf.author).session is db
        book = Book(title="Sequel", author=shelf.author)
        db.add(book)
        return {"book": book, "by": ("Ann", shelf.author)}

    def count(session, model):
        return session.scalar(select(func.count()).select_from(model))

    pytestmark = pytest.mark.changes_shared

    def test_objects_are_of_the_tests_session(shelf, db):
        assert inspect(shelf.author).session is db
        assert shelf.author.name == "Ann" and len(shelf.author.books) == 3
        assert shelf.author.books == shelf.books

    def test_reading_them_sends_no_statement(shelf, query_counter):
        assert shelf.author.name == "Ann"
        assert query_counter() == 0

    def test_a_block_can_begin(shelf, db):
        with db.begin():
            shelf.author.name = "in the block"

    def test_what_a_test_commits_is_lost(shelf, db, sync_client):
        shelf.author.name = "new"
        db.add(Author(name="Ann", country="NL"))
        db.commit()
        assert sync_client.post("/authors/x").json() == 3

    def test_the_next_one_meets_them_as_they_were_made(shelf, db):
        assert shelf.author.name == "Ann"
        assert (count(db, Author), count(db, Book)) == (1, 3)

    def test_a_test_deletes_them(shelf, db):
        for book in shelf.books:
            db.delete(book)
        db.delete(shelf.author)
        db.commit()
        assert (count(db, Author), count(db, Book)) == (0, 0)

    def test_another_is_made_on_top(sequel, db):
        assert sequel["book"].author is sequel["by"][1]
        assert count(db, Book) == 4

    def test_both_are_there(sequel, shelf, db):
        assert sequel["book"] in shelf.author.books

    def test_what_was_never_flushed_is_lost_too(shelf, db):
        assert shelf.author.name == "Ann"
        shelf.author.name = "dirty"

    def test_a_session_of_its_own_sees_them(shelf):
        with SessionLocal() as session:
            assert session.get(Author, shelf.author.id).name == "Ann"

    async def test_asynchronous_sessions_have_them_loaded(shelf, async_db):
        assert inspect(shelf.author).session is async_db.sync_session
        assert shelf.author.name == "Ann"
        assert await async_db.scalar(select(func.count()).select_from(Author)) == 1

    async def test_requests_see_them(shelf, client):
        assert (await client.get("/authors")).json() == 1
        assert shelf.author.name == "Ann"

    def test_an_aborted_transaction_changes_nothing(shelf, db):
        db.add(Author(name="Ann", country=None))
        with pytest.raises(Exception, match="country"):
            db.flush()

    def test_all_was_made_once(shelf):
        assert made == ["shelf"]
"""


def test_each_test_meets_the_data_as_it_was_made(run: Run) -> None:
    result = run("-W", "error", test_afresh=AFRESH)

    result.assert_outcomes(passed=14)
