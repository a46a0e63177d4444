"""pytest's other ways of writing and running tests stand on the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

WAYS = '''
    import threading
    import unittest

    import pytest
    from fastapi.testclient import TestClient
    from sqlalchemy import delete, event, func, insert, select, text
    from sqlalchemy.exc import IntegrityError
    from shop.app import app
    from shop.database import AsyncSessionLocal, engine as shops_engine
    from shop.factories import AuthorFactory, BookFactory
    from shop.models import Author

    AUTHORS = select(func.count()).select_from(Author)

    def count(session):
        return session.scalar(AUTHORS)

    class OldTest(unittest.TestCase):
        def test_factories_work(self):
            assert AuthorFactory.create().name == "Author 1"

        def test_and_are_rolled_back(self):
            assert AuthorFactory.create().name == "Author 1"

    class OldAsyncTest(unittest.IsolatedAsyncioTestCase):
        def setUp(self):
            self.author = AuthorFactory.create()

        async def asyncSetUp(self):
            self.book = await BookFactory.acreate(author__name="of the async session")

        async def test_sync_and_async_set_up(self):
            async with AsyncSessionLocal() as session:
                assert await session.scalar(AUTHORS) == 2

        async def test_again(self):
            assert (self.author.name, self.book.title) == (
                "Author 1", "Book 1 of of the async session"
            )

    class TestWithSetup:
        def setup_method(self):
            self.author = AuthorFactory.create()

        def teardown_method(self):
            self.author.name = "changed"
            AuthorFactory.create()

        @pytest.mark.parametrize("number", [1, 2])
        def test_what_setup_made_is_there(self, db, number):
            assert self.author in db
            assert count(db) == 1

    class TestWithASetupForAll:
        @classmethod
        def setup_class(cls):
            cls.connection = shops_engine.connect()
            cls.connection.execute(insert(Author).values(name="of the class", country="NL"))
            cls.connection.commit()

        @classmethod
        def teardown_class(cls):
            cls.connection.execute(delete(Author))
            cls.connection.commit()
            cls.connection.close()

        @pytest.mark.parametrize("number", [1, 2])
        def test_what_it_commits_lasts(self, db, number):
            AuthorFactory.create()
            assert count(db) == 2

    @pytest.fixture(params=[{}, {"books": 2}])
    def parametrized(request, author_factory):
        return author_factory.create(**request.param)

    @pytest.fixture
    def unasked(db):
        db.add(Author(name="unasked", country="NL"))
        db.commit()

    @pytest.mark.usefixtures("unasked")
    def test_fixtures_of_every_kind(parametrized, db):
        assert count(db) == 2
        assert parametrized.name == "Author 1"

    def made_in_a_doctest():
        """
        >>> AuthorFactory.create().name
        'Author 1'
        """

    @pytest.fixture(scope="class")
    def lasting(engine):
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO authors (name, country) VALUES ('Old', 'NL')"))
        yield
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM authors"))

    class TestWithAWiderFixture:
        @pytest.mark.parametrize("number", [1, 2])
        def test_what_it_commits_lasts(self, lasting, db, number):
            AuthorFactory.create()
            assert count(db) == 2

    def test_a_client_of_ones_own_joins(db):
        AuthorFactory.create()
        with TestClient(app) as client:
            assert client.get("/authors").json() == 1

    def test_a_refused_row_leaves_what_came_before(db):
        author = AuthorFactory.create()
        with pytest.raises(IntegrityError):
            AuthorFactory.create(name=author.name)
        assert count(db) == 1
        assert AuthorFactory.create(books=2).books[1].id

    def test_a_tree_is_one_flush(db):
        flushes = []
        event.listen(db, "after_flush", lambda *_: flushes.append(1))
        BookFactory.create_batch(3)
        assert len(flushes) == 1

    def test_a_thread_joins(db):
        thread = threading.Thread(target=AuthorFactory.create)
        thread.start()
        thread.join()
        assert count(db) == 1
'''


TEXT = """
>>> from shop.factories import AuthorFactory
>>> AuthorFactory.create().name
'Author 1'
>>> db = getfixture("db")
>>> db.commit()
>>> db.query(type(AuthorFactory.create())).count()
2
"""


def test_every_way_of_writing_a_test(run: Run, pytester: pytest.Pytester) -> None:
    pytester.maketxtfile(test_text=TEXT)

    result = run("-W", "error", "--doctest-modules", "--import-mode=importlib", test_ways=WAYS)

    result.assert_outcomes(passed=18)


def test_rows_left_in_a_transaction_do_not_harm_the_next_test(run: Run) -> None:
    result = run(
        test_left="""
        import pytest
        from sqlalchemy import text
        from shop.database import engine
        from shop.factories import AuthorFactory

        kept = []

        @pytest.mark.parametrize("statement", [
            "SELECT 1 / 0", "SET work_mem = '64kB'", "CREATE TEMP TABLE left_over (id int)",
            "SELECT pg_advisory_lock(7)", "INSERT INTO authors (name, country) VALUES ('x', 'y')",
            "COMMIT; BEGIN",
        ])
        def test_which_leaves_a_mess(db, statement):
            AuthorFactory.create()
            connection = engine.connect()
            kept.append(connection)
            try:
                connection.exec_driver_sql(statement)
            except Exception:
                pass

        @pytest.mark.parametrize("number", [1, 2])
        def test_which_finds_none(db, number):
            assert db.scalar(text("SELECT count(*) FROM authors")) == 0
            assert db.scalar(text("SHOW work_mem")) == "4MB"
            assert db.scalar(text("SELECT to_regclass('left_over')")) is None
            assert db.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                  " AND pid = pg_backend_pid()")) == 0
        """
    )

    result.assert_outcomes(passed=8)
