"""psycopg's own interface on an async virtual connection, and SQLAlchemy's adapter on top."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from factoryfloor.errors import IsolationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.orm import Session

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]
    Driver = psycopg.AsyncConnection[Any]

INSERT = "INSERT INTO team (name) VALUES (%s)"


@pytest.fixture
async def driver(
    pinned: PinnedConnection, async_engine: AsyncEngine
) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """The driver's connection below the engine's."""
    async with async_engine.connect() as connection:
        raw = await connection.get_raw_connection()
        found = raw.driver_connection
        assert isinstance(found, psycopg.AsyncConnection)
        yield found


async def insert_and_raise(driver: Driver, name: str) -> None:
    async with driver.transaction():
        await driver.execute(INSERT, (name,))
        raise ZeroDivisionError


async def test_commit_keeps_and_rollback_undoes(driver: Driver, names: Names) -> None:
    await driver.execute(INSERT, ("a",))
    await driver.commit()
    await driver.execute(INSERT, ("b",))
    await driver.rollback()

    assert names() == ["a"]


async def test_textual_commit_ends_the_transaction(driver: Driver, names: Names) -> None:
    await driver.execute(INSERT, ("a",))
    await driver.execute("COMMIT")
    await driver.execute(INSERT, ("b",))
    await driver.execute("ROLLBACK")

    assert names() == ["a"]


async def test_a_transaction_block_commits_and_nests(driver: Driver, names: Names) -> None:
    async with driver.transaction():
        await driver.execute(INSERT, ("a",))
        with pytest.raises(ZeroDivisionError):
            await insert_and_raise(driver, "b")

    assert names() == ["a"]


async def test_a_transaction_block_that_raises_undoes(driver: Driver, names: Names) -> None:
    with pytest.raises(ZeroDivisionError):
        await insert_and_raise(driver, "a")

    assert names() == []
    assert driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


async def test_autocommit_commits_each_statement(driver: Driver, names: Names) -> None:
    await driver.set_autocommit(True)
    await driver.execute(INSERT, ("a",))
    with pytest.raises(psycopg.IntegrityError):
        await driver.execute(INSERT, ("a",))
    await driver.execute(INSERT, ("b",))
    await driver.rollback()

    assert names() == ["a", "b"]


async def test_copy_writes_and_reads(driver: Driver, names: Names) -> None:
    async with driver.cursor() as cursor:
        async with cursor.copy("COPY team (name) FROM STDIN") as copy:
            await copy.write_row(("a",))
            await copy.write_row(("b",))
        async with cursor.copy("COPY team (name) TO STDOUT") as copy:
            rows = [row async for row in copy.rows()]
    await driver.commit()

    assert rows == [("a",), ("b",)]
    assert names() == ["a", "b"]


async def test_during_a_copy_another_task_waits(
    driver: Driver, async_engine: AsyncEngine, names: Names
) -> None:
    async def insert() -> None:
        async with async_engine.begin() as connection:
            await connection.execute(sa.text("INSERT INTO team (name) VALUES ('other')"))

    async with driver.cursor() as cursor, cursor.copy("COPY team (name) FROM STDIN") as copy:
        task = asyncio.create_task(insert())
        await asyncio.sleep(0.01)
        await copy.write_row(("copied",))
    await driver.commit()
    await task

    assert names() == ["copied", "other"]


async def test_during_a_copy_sync_code_on_the_loop_is_refused(
    driver: Driver, engine: sa.Engine
) -> None:
    async with driver.cursor() as cursor, cursor.copy("COPY team (name) FROM STDIN"):
        with engine.connect() as connection, pytest.raises(IsolationError, match="amid a COPY"):
            connection.connection.cursor().execute("SELECT 1")


async def test_executemany_runs_all_rows(driver: Driver, names: Names) -> None:
    await driver.cursor().executemany(INSERT, [("a",), ("b",)])
    await driver.commit()

    assert names() == ["a", "b"]


async def test_statements_count_as_in_sync_code(driver: Driver, pinned: PinnedConnection) -> None:
    before = pinned.statements
    cursor = driver.cursor()
    await cursor.execute("SELECT 1")
    await cursor.executemany(INSERT, [("a",), ("b",)])
    async with cursor.copy("COPY team (name) FROM STDIN") as copy:
        await copy.write_row(("c",))
    async with driver.cursor("rows") as rows:
        await rows.execute("SELECT name FROM team")
        await rows.fetchall()
    await driver.execute("SAVEPOINT mine")
    await driver.commit()

    assert pinned.statements - before == 4


async def test_rows_are_streamed(driver: Driver) -> None:
    rows = [row async for row in driver.cursor().stream("SELECT generate_series(1, 3)")]

    assert rows == [(1,), (2,), (3,)]


async def test_a_transaction_amid_an_idle_copy_is_an_error_in_the_end(
    driver: Driver,
    async_engine: AsyncEngine,
    pinned: PinnedConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pinned.turns, "patience", 0.01)
    async with driver.cursor().copy("COPY team (name) FROM STDIN") as copy:
        await copy.write_row(["a"])
        async with async_engine.connect() as connection:
            with pytest.raises(OperationalError, match="leave its block first"):
                await connection.execute(sa.text("SELECT 1"))


async def test_a_pipeline_sends_statements_together(driver: Driver, names: Names) -> None:
    async with driver.pipeline():
        await driver.execute(INSERT, ("a",))
        await driver.execute(INSERT, ("b",))
    await driver.commit()

    assert names() == ["a", "b"]


async def test_a_server_side_cursor_outlives_the_statements_of_others(
    driver: Driver, engine: sa.Engine
) -> None:
    async with driver.cursor("rows") as rows:
        await rows.execute("SELECT generate_series(1, 4)")
        first = await rows.fetchmany(2)
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO team (name) VALUES ('a')"))
        rest = await rows.fetchall()

    assert first + rest == [(1,), (2,), (3,), (4,)]


async def test_sqlalchemy_streams(async_engine: AsyncEngine, pinned: PinnedConnection) -> None:
    async with async_engine.connect() as connection:
        result = await connection.stream(sa.text("SELECT generate_series(1, 5)"))

        assert [row[0] async for row in result] == [1, 2, 3, 4, 5]


async def test_two_phase_commit_is_refused(driver: Driver) -> None:
    with pytest.raises(IsolationError, match="two-phase"):
        await driver.tpc_begin("x")


async def test_an_isolation_level_is_ignored_with_a_note(
    driver: Driver, pinned: PinnedConnection
) -> None:
    await driver.set_isolation_level(psycopg.IsolationLevel.SERIALIZABLE)

    (note,) = pinned.notes
    assert note.startswith("an isolation level was ignored")


async def test_sync_code_on_the_loop_passes_an_async_transaction(
    driver: Driver, db: Session, names: Names
) -> None:
    await driver.execute(INSERT, ("async",))

    db.execute(sa.text("INSERT INTO team (name) VALUES ('sync')"))
    db.commit()
    await driver.commit()

    assert names() == ["async", "sync"]


async def test_a_cancelled_statement_was_not_sent(
    driver: Driver, pinned: PinnedConnection, names: Names
) -> None:
    task = asyncio.create_task(driver.execute(INSERT, ("a",)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await driver.commit()

    assert names() == []


async def test_listening_ends_at_its_timeout(driver: Driver) -> None:
    assert [notification async for notification in driver.notifies(timeout=0.01)] == []
