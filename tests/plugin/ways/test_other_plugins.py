"""Plugins that order the tests or bring an event loop stand on the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

LASTING = """
    import pytest
    import pytest_asyncio
    from sqlalchemy import delete, func, insert, select
    from shop.factories import AuthorFactory
    from shop.models import Author

    AUTHORS = select(func.count()).select_from(Author)

    @pytest_asyncio.fixture(scope="module", loop_scope="module")
    async def lasting(async_engine):
        async with async_engine.begin() as connection:
            await connection.execute(insert(Author).values(name="lasting", country="NL"))
        yield
        async with async_engine.begin() as connection:
            await connection.execute(delete(Author))

    @pytest.mark.asyncio
    @pytest.mark.parametrize("number", [1, 2])
    async def test_the_row_of_a_wider_fixture_lasts(lasting, async_db, number):
        await AuthorFactory.acreate()
        assert await async_db.scalar(AUTHORS) == 2
"""

ANYIO = """
    import pytest
    from sqlalchemy import func, select
    from shop.factories import AuthorFactory
    from shop.models import Author

    AUTHORS = select(func.count()).select_from(Author)

    pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("number", [1, 2])]

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    @pytest.fixture
    async def made(async_db):
        return await AuthorFactory.acreate(books=2)

    async def test_session(made, async_db, number):
        await async_db.commit()
        assert made in async_db
        assert await async_db.scalar(AUTHORS) == 1

    async def test_client(author, client, number):
        assert (await client.post("/authors/second")).json() == 2
        assert (await client.get("/authors")).json() == 2
"""

# what an asynchronous engine meets on another loop, such as trio's: none of asyncio's
ANOTHER_LOOP = """
    import pytest
    from sqlalchemy.exc import OperationalError
    from shop.factories import AuthorFactory

    def test_an_asynchronous_engine_is_refused(async_engine):
        connecting = async_engine.connect().start()
        with pytest.raises(OperationalError, match="anyio_backend be 'asyncio'"):
            connecting.send(None)
        connecting.close()

    def test_which_does_no_harm(db):
        assert AuthorFactory.create() in db
"""


def test_any_order(run: Run, suite: int) -> None:
    run("-p", "randomly", "--randomly-seed=1", "--dist", "no").assert_outcomes(passed=suite)


def test_a_loop_for_a_module_and_what_a_fixture_on_it_writes_for_all_tests(
    run: Run, suite: int
) -> None:
    scope = "asyncio_default_{}_loop_scope=module"

    result = run("-o", scope.format("test"), "-o", scope.format("fixture"), test_lasting=LASTING)

    result.assert_outcomes(passed=suite + 2)


def test_anyios_plugin_on_asyncio(run: Run) -> None:
    result = run("-p", "no:asyncio", test_anyio=ANYIO, test_another_loop=ANOTHER_LOOP)

    result.assert_outcomes(passed=4 + 2)
