"""A suite of the shop's own, which uses every fixture and must find an empty database each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

TESTS: Final = """
    import pytest
    import pytest_asyncio
    from sqlalchemy import func, insert, select
    from shop.factories import AuthorFactory
    from shop.models import Author

    AUTHORS = select(func.count()).select_from(Author)
    ONE = insert(Author).values(name="one", country="NL")

    pytestmark = pytest.mark.parametrize("number", [1, 2])

    @pytest.fixture
    def made(author_factory):
        return author_factory.create(books=2)

    class TestSync:
        @pytest.mark.xdist_group("sessions")
        def test_session(self, made, db, number):
            db.commit()
            assert db.scalar(AUTHORS) == 1

        @pytest.mark.xdist_group("clients")
        def test_client(self, author, sync_client, number):
            assert sync_client.post("/authors/second").json() == 2

        def test_engine(self, engine, number):
            with engine.begin() as connection:
                connection.execute(ONE)
                assert connection.scalar(AUTHORS) == 1

    @pytest.mark.asyncio
    class TestAsync:
        @pytest_asyncio.fixture
        async def amade(self, async_db):
            return await AuthorFactory.acreate(books=2)

        @pytest.mark.xdist_group("sessions")
        async def test_session(self, amade, async_db, number):
            await async_db.commit()
            assert await async_db.scalar(AUTHORS) == 1

        @pytest.mark.xdist_group("clients")
        async def test_client(self, book, client, number):
            assert (await client.get("/authors")).json() == 1

        async def test_engine(self, async_engine, number):
            async with async_engine.begin() as connection:
                await connection.execute(ONE)
                assert await connection.scalar(AUTHORS) == 1
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> int:
    """The number of tests of the suite, which is written to two modules of the shop."""
    pytester.makepyfile(test_one=TESTS, test_two=TESTS)
    return 24
