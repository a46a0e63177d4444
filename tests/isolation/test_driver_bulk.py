"""COPY, executemany, streams, pipelines and server-side cursors on a virtual connection."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from factoryfloor.errors import IsolationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]
    Connect = Callable[[], psycopg.Connection[Any]]

INSERT = "INSERT INTO team (name) VALUES (%s)"


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


def test_during_executemany_another_thread_waits(connect: Connect) -> None:
    driver, other = connect(), connect()
    found: list[object] = []

    def read() -> None:
        found.extend(other.execute("SELECT 1").fetchone() for _ in range(200))

    thread = threading.Thread(target=read)
    thread.start()
    for batch in range(20):
        rows = [(f"{batch} {number}",) for number in range(50)]
        driver.cursor().executemany(INSERT, rows)
        driver.commit()
    thread.join()

    assert found == [(1,)] * 200


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


def test_a_transaction_amid_ones_own_copy_is_an_error_while_the_tests_session_waits(
    db: Session, engine: sa.Engine, connect: Connect
) -> None:
    driver, written = connect(), threading.Event()
    db.execute(sa.text("SELECT 1"))
    errors: list[str] = []

    def work() -> None:
        with driver.cursor().copy("COPY team (name) FROM STDIN") as copy:
            copy.write_row(["a"])
            written.set()
            time.sleep(0.05)  # the test's session is being committed for another meanwhile
            with engine.connect() as connection, pytest.raises(OperationalError) as error:
                connection.execute(sa.text("SELECT 1"))
            errors.append(str(error.value.orig))
        driver.commit()

    thread = threading.Thread(target=work)
    thread.start()
    written.wait()
    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT count(*) FROM team"))
    thread.join()

    assert found == 1
    assert "leave its block first" in errors[0]


def test_a_setting_inside_a_pipeline_says_to_leave_it(
    connect: Connect, pinned: PinnedConnection
) -> None:
    driver = connect()
    with driver.pipeline():
        driver.execute("SELECT 1")
        with pytest.raises(IsolationError, match="leave the pipeline's block first"):
            driver.execute("SET LOCAL work_mem = '64kB'")

    assert not pinned.lost


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
