"""psycopg's own interface on a virtual connection."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from factoryfloor.errors import IsolationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]
    Connect = Callable[[], psycopg.Connection[Any]]

INSERT = "INSERT INTO team (name) VALUES (%s)"


@pytest.fixture
def connect(
    pinned: PinnedConnection, engine: sa.Engine
) -> Iterator[Callable[[], psycopg.Connection[Any]]]:
    """Hands out connections of the driver, closed after the test."""
    opened = []

    def make() -> psycopg.Connection[Any]:
        proxy = engine.raw_connection()
        opened.append(proxy)
        driver = proxy.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return driver

    yield make
    for proxy in opened:
        proxy.close()


def insert_and_raise(driver: psycopg.Connection[Any], name: str) -> None:
    with driver.transaction():
        driver.execute(INSERT, (name,))
        raise ZeroDivisionError


def test_a_raw_connection_commits(connect: Connect, names: Names) -> None:
    driver = connect()
    driver.execute(INSERT, ("a",))
    driver.commit()
    driver.execute(INSERT, ("b",))
    driver.rollback()

    assert names() == ["a"]


def test_its_transaction_status_is_its_own(connect: Connect) -> None:
    one, other = connect(), connect()
    one.execute(INSERT, ("a",))

    assert one.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    assert other.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_transaction_block_commits_and_nests(connect: Connect, names: Names) -> None:
    driver = connect()
    with driver.transaction():
        driver.execute(INSERT, ("a",))
        with pytest.raises(ZeroDivisionError):
            insert_and_raise(driver, "b")
        with driver.transaction(force_rollback=True):
            driver.execute(INSERT, ("c",))
        with driver.transaction("named") as block:
            driver.execute(INSERT, ("d",))
            raise psycopg.Rollback(block)

    assert names() == ["a"]


def test_a_transaction_block_that_raises_undoes(connect: Connect, names: Names) -> None:
    driver = connect()
    with pytest.raises(ZeroDivisionError):
        insert_and_raise(driver, "a")

    assert names() == []
    assert driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_commit_inside_a_transaction_block_is_forbidden(connect: Connect) -> None:
    driver = connect()
    with driver.transaction(), pytest.raises(psycopg.ProgrammingError, match="forbidden"):
        driver.commit()


def test_another_connection_inside_a_transaction_block(connect: Connect, names: Names) -> None:
    one, other = connect(), connect()
    with one.transaction():
        one.execute("SELECT 1")
        other.execute(INSERT, ("other",))
        other.commit()
        one.execute(INSERT, ("one",))

    assert names() == ["one", "other"]


def test_autocommit_commits_each_statement(connect: Connect, names: Names) -> None:
    driver = connect()
    driver.autocommit = True
    driver.execute(INSERT, ("a",))
    with pytest.raises(psycopg.IntegrityError):
        driver.execute(INSERT, ("a",))
    driver.execute(INSERT, ("b",))
    driver.rollback()

    assert names() == ["a", "b"]


def test_autocommit_heeds_begin_and_blocks(connect: Connect, names: Names) -> None:
    driver = connect()
    driver.autocommit = True
    driver.execute("BEGIN")
    driver.execute(INSERT, ("a",))
    driver.execute("ROLLBACK")
    with pytest.raises(ZeroDivisionError):
        insert_and_raise(driver, "b")

    assert names() == []


def test_copy_writes_and_reads(connect: Connect, names: Names) -> None:
    driver = connect()
    with driver.cursor() as cursor:
        with cursor.copy("COPY team (name) FROM STDIN") as copy:
            copy.write_row(("a",))
            copy.write_row(("b",))
        with cursor.copy("COPY team (name) TO STDOUT") as copy:
            rows = list(copy.rows())
    driver.commit()

    assert rows == [("a",), ("b",)]
    assert names() == ["a", "b"]


def test_a_copy_that_raises_undoes(connect: Connect, names: Names) -> None:
    driver = connect()

    def copy_and_raise() -> None:
        with driver.cursor().copy("COPY team (name) FROM STDIN") as copy:
            copy.write_row(("a",))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        copy_and_raise()
    driver.rollback()

    assert names() == []


def test_during_a_copy_another_connection_of_the_thread_is_refused(connect: Connect) -> None:
    driver, other = connect(), connect()
    with (
        driver.cursor().copy("COPY team (name) FROM STDIN"),
        pytest.raises(IsolationError, match="amid a COPY"),
    ):
        other.execute("SELECT 1")

    assert other.execute("SELECT 1").fetchone() == (1,)


def test_during_a_copy_another_thread_waits(connect: Connect, names: Names) -> None:
    driver, other = connect(), connect()

    def insert() -> None:
        other.execute(INSERT, ("other",))
        other.commit()

    thread = threading.Thread(target=insert)
    with driver.cursor().copy("COPY team (name) FROM STDIN") as copy:
        thread.start()
        copy.write_row(("copied",))
    driver.commit()
    thread.join()

    assert names() == ["copied", "other"]


def test_a_copy_left_open_ends_with_the_test(connect: Connect, pinned: PinnedConnection) -> None:
    block = connect().cursor().copy("COPY team (name) FROM STDIN")
    block.__enter__().write_row(("a",))

    pinned.end_test()
    pinned.begin_test()

    assert connect().execute("SELECT count(*) FROM team").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError):
        block.__exit__(None, None, None)


def test_executemany_runs_all_rows(connect: Connect, names: Names) -> None:
    driver = connect()
    driver.cursor().executemany(INSERT, [("a",), ("b",)])
    driver.commit()

    assert names() == ["a", "b"]


def test_executemany_that_fails_undoes(connect: Connect, names: Names) -> None:
    driver = connect()
    with pytest.raises(psycopg.IntegrityError):
        driver.cursor().executemany(INSERT, [("a",), ("a",)])
    driver.rollback()

    assert names() == []


def test_rows_are_streamed(connect: Connect) -> None:
    driver = connect()

    assert list(driver.cursor().stream("SELECT generate_series(1, 3)")) == [(1,), (2,), (3,)]


def test_a_pipeline_sends_statements_together(connect: Connect, names: Names) -> None:
    driver = connect()
    with driver.pipeline():
        driver.execute(INSERT, ("a",))
        driver.execute(INSERT, ("b",))
    driver.commit()

    assert names() == ["a", "b"]


def test_commit_inside_a_pipeline_says_to_leave_it(connect: Connect) -> None:
    driver = connect()
    with driver.pipeline():
        driver.execute(INSERT, ("a",))
        with pytest.raises(IsolationError, match="leave the pipeline's block first"):
            driver.commit()
    driver.rollback()


def test_a_server_side_cursor_outlives_the_statements_of_others(connect: Connect) -> None:
    reader, writer = connect(), connect()
    with reader.cursor("rows") as rows:
        rows.execute("SELECT generate_series(1, 4)")
        first = rows.fetchmany(2)
        writer.execute(INSERT, ("a",))
        writer.commit()
        rest = rows.fetchall()

    assert first + rest == [(1,), (2,), (3,), (4,)]


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_server_side_cursor_ends_with_its_transaction(connect: Connect, end: str) -> None:
    driver, other = connect(), connect()
    for _ in range(2):
        rows = driver.cursor("export")
        rows.execute("SELECT generate_series(1, 4)")
        other.execute("SELECT 1")  # the transaction gives way: its savepoint is another now
        rows.fetchone()
        getattr(driver, end)()
        rows.close()

    assert driver.execute("SELECT count(*) FROM pg_cursors").fetchone() == (0,)


def test_statements_are_never_prepared(connect: Connect) -> None:
    driver = connect()
    driver.prepare_threshold = 0
    for _ in range(3):
        driver.execute("SELECT %s::int", (1,), prepare=True)

    assert driver.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_notices_reach_the_connection_that_caused_them(connect: Connect) -> None:
    one, other = connect(), connect()
    seen: list[str] = []
    one.add_notice_handler(lambda notice: seen.append(f"one: {notice.message_primary}"))
    other.add_notice_handler(lambda notice: seen.append(f"other: {notice.message_primary}"))

    one.execute("DO $$ BEGIN RAISE WARNING 'careful'; END $$")

    assert seen == ["one: careful"]


def test_listening_ends_at_its_timeout_with_a_note(
    connect: Connect, pinned: PinnedConnection
) -> None:
    assert list(connect().notifies(timeout=0.01)) == []
    assert pinned.notes == ["NOTIFY and LISTEN have no effect in a test"]


def test_a_closed_connection_is_refused(connect: Connect) -> None:
    driver = connect()
    driver.close()

    assert driver.closed
    with pytest.raises(psycopg.OperationalError, match="the connection is closed"):
        driver.execute("SELECT 1")


def test_a_connection_that_is_collected_is_rolled_back(
    connect: Connect, pinned: PinnedConnection, names: Names
) -> None:
    from factoryfloor.isolation.connection import VirtualConnection

    forgotten = VirtualConnection(pinned)
    forgotten.execute(INSERT, ("a",))
    del forgotten

    assert names() == []
