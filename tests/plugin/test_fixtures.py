"""Each fixture is what the manual says, in a project that only has a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

ISOLATION = """
    import pytest
    from sqlalchemy import func, inspect, select
    from shop.database import SessionLocal, engine as shops_engine
    from shop.models import Author

    def count(session):
        return session.scalar(select(func.count()).select_from(Author))

    def test_what_one_test_commits(db):
        db.add(Author(name="kept?", country="NL"))
        db.commit()
        assert count(db) == 1

    def test_another_does_not_see(db):
        assert count(db) == 0

    def test_the_applications_own_session_joins_the_transaction(db):
        with SessionLocal() as other:
            other.add(Author(name="elsewhere", country="NL"))
            other.commit()
        assert count(db) == 1

    def test_which_is_rolled_back_too(db):
        assert count(db) == 0

    def test_the_session_has_the_applications_options(db):
        assert db.autoflush is False

    def test_the_engine_is_the_applications_and_has_its_tables(engine):
        assert engine is shops_engine
        assert set(inspect(engine).get_table_names()) == {"authors", "books"}

    def test_an_overriding_dependency_yields_a_session_in_the_transaction(db, override_get_db):
        db.add(Author(name="here", country="NL"))
        db.flush()
        session = next(override_get_db())
        assert session is not db
        assert count(session) == 1

    def test_queries_are_counted(db, query_counter):
        before = query_counter()
        count(db)
        db.add(Author(name="one", country="NL"))
        db.commit()
        assert query_counter() - before == 2
"""

ASYNC = """
    import pytest
    from sqlalchemy import func, select
    from sqlalchemy.exc import MissingGreenlet, StatementError
    from shop.factories import AuthorFactory, BookFactory
    from shop.models import Author, Book

    COUNT = select(func.count()).select_from(Author)

    @pytest.mark.parametrize("run", [1, 2])
    async def test_each_test_has_a_loop_and_an_empty_database(async_engine, async_db, run):
        async with async_engine.begin() as connection:
            await connection.execute(Author.__table__.insert().values(name="a", country="NL"))
        assert await async_db.scalar(COUNT) == 1

    async def test_sync_and_async_see_the_same_rows(db, async_db, client):
        AuthorFactory.create()
        async_db.add(Author(name="async", country="NL"))
        await async_db.flush()
        assert db.scalar(COUNT) == 2
        assert (await client.get("/authors")).json() == 2
        assert (await client.post("/authors/third")).json() == 3
        assert db.scalar(COUNT) == await async_db.scalar(COUNT) == 3

    async def test_factories_create_in_the_asynchronous_session(async_db):
        author = await AuthorFactory.acreate(books=2)
        assert author in async_db
        assert [book.title for book in author.books] == ["Book 1 of Author 1", "Book 2 of Author 1"]

    async def test_which_opens_by_itself():
        books = await BookFactory.acreate_batch(2)
        assert [book.title for book in books] == ["Book 1 of Author 1", "Book 2 of Author 2"]

    async def test_objects_stay_loaded_after_a_commit(async_db):
        author = Author(name="loaded", country="NL")
        async_db.add(author)
        await async_db.commit()
        assert author.name == "loaded"

    async def test_a_lazy_load_outside_await_is_refused_as_in_production(db, async_db):
        book_id = BookFactory.create().id
        book = await async_db.get(Book, book_id)
        with pytest.raises((MissingGreenlet, StatementError), match="greenlet_spawn"):
            book.author
"""

CLIENTS = """
    from shop.factories import AuthorFactory

    async def test_requests_see_what_factories_made(client):
        AuthorFactory.create()
        assert (await client.get("/authors")).json() == 1
        assert (await client.post("/authors/two")).json() == 2
        assert (await client.get("/authors")).json() == 2

    def test_the_synchronous_client_likewise(sync_client):
        AuthorFactory.create()
        assert sync_client.get("/authors").json() == 1
        assert sync_client.post("/authors/two").json() == 2

    def test_what_an_endpoint_forgets_to_commit_is_not_there(sync_client):
        assert sync_client.post("/forgetful/lost").json() == 1
        assert sync_client.get("/authors").json() == 0

    async def test_mixed_clients_share_the_transaction(client, sync_client):
        sync_client.post("/authors/a")
        assert (await client.get("/authors")).json() == 1
        assert client.base_url == "http://test"
"""


def test_every_effect_is_rolled_back(run: Run) -> None:
    run(test_isolation=ISOLATION).assert_outcomes(passed=8)


def test_async_tests_share_the_transaction(run: Run) -> None:
    run(test_async=ASYNC).assert_outcomes(passed=7)


def test_clients_call_the_application_in_the_transaction(run: Run) -> None:
    run(test_clients=CLIENTS).assert_outcomes(passed=4)
