"""What a test leaves on the connection is taken away, and described with who left it."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

    Add = Callable[[sa.Connection, str], None]

HERE = Path(__file__).relative_to(Path.cwd())


@pytest.fixture
def ended(pinned: PinnedConnection) -> Callable[[], list[str]]:
    """Ends the test and begins another; gives what the first left."""

    def end() -> list[str]:
        left = pinned.end_test()
        pinned.begin_test()
        return left

    return end


def value(engine: sa.Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.scalar(sa.text(query))


def run(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(sa.text(statement))


def test_a_tidy_test_leaves_nothing(
    engine: sa.Engine, add: Add, ended: Callable[[], list[str]]
) -> None:
    with engine.begin() as connection:
        add(connection, "a")
        run(connection, "SELECT pg_advisory_xact_lock(7)", "SET LOCAL work_mem = '64kB'")

    assert ended() == []


def test_a_connection_that_is_not_given_back_is_named_with_its_line(
    engine: sa.Engine, ended: Callable[[], list[str]]
) -> None:
    connection = engine.connect()

    left = ended()

    line = test_a_connection_that_is_not_given_back_is_named_with_its_line.__code__.co_firstlineno
    assert left == [f"a connection of MainThread, at {HERE}:{line + 3}"]
    connection.close()


def test_a_connection_that_was_collected_is_not_named(
    engine: sa.Engine, add: Add, ended: Callable[[], list[str]]
) -> None:
    add(engine.connect(), "lost")
    gc.collect()
    found = value(engine, "SELECT count(*) FROM team")

    assert ended() == []
    assert found == 0


def test_an_aborted_transaction_is_named(
    engine: sa.Engine, add: Add, ended: Callable[[], list[str]]
) -> None:
    connection = engine.connect()
    add(connection, "lost")
    with pytest.raises(DBAPIError):
        run(connection, "SELECT 1 / 0")

    (left,) = ended()

    assert left.startswith("an aborted transaction of MainThread, at ")
    assert value(engine, "SELECT count(*) FROM team") == 0
    connection.close()


def test_an_open_cursor_is_named(engine: sa.Engine, ended: Callable[[], list[str]]) -> None:
    proxy = engine.raw_connection()
    driver = proxy.driver_connection
    assert isinstance(driver, psycopg.Connection)
    cursor = driver.cursor("reading").execute("SELECT generate_series(1, 9)")

    (left,) = ended()

    assert left.startswith("a connection and the open cursor reading of MainThread, at ")
    assert value(engine, "SELECT count(*) FROM pg_cursors WHERE name = 'reading'") == 0
    cursor.close()
    proxy.close()


def test_a_setting_is_named_and_put_back(engine: sa.Engine, ended: Callable[[], list[str]]) -> None:
    before = value(engine, "SHOW work_mem")
    with engine.begin() as connection:
        run(connection, "SET work_mem = '64kB'", "SELECT set_config('app.user', 'ada', false)")

    left = ended()

    assert left == [
        "the setting work_mem, set by a transaction of MainThread",
        "the setting app.user, set by a transaction of MainThread",
    ]
    assert value(engine, "SHOW work_mem") == before


@pytest.mark.parametrize("undo", ["RESET work_mem", "SET work_mem TO DEFAULT", "RESET ALL"])
def test_a_setting_that_was_put_back_is_not_named(
    engine: sa.Engine, ended: Callable[[], list[str]], undo: str
) -> None:
    with engine.begin() as connection:
        run(connection, "SET work_mem = '64kB'")
    with engine.begin() as connection:
        run(connection, undo)

    assert ended() == []


def test_a_temporary_table_is_named_and_gone(
    engine: sa.Engine, ended: Callable[[], list[str]]
) -> None:
    with engine.begin() as connection:
        run(connection, "CREATE TEMPORARY TABLE rest (id int)", "CREATE TEMP TABLE gone (id int)")
        run(connection, "DROP TABLE gone")

    left = ended()

    assert left == ["the temporary table rest of a transaction of MainThread"]
    assert value(engine, "SELECT to_regclass('rest')") is None


@pytest.mark.parametrize("keys,named", [("7", "(7)"), ("1, 2", "(1, 2)"), ("-1", "(-1)")])
def test_an_advisory_lock_is_named_and_given_back(
    engine: sa.Engine, ended: Callable[[], list[str]], keys: str, named: str
) -> None:
    with engine.begin() as connection:
        run(connection, f"SELECT pg_advisory_lock({keys})")

    left = ended()

    assert left == [f"the advisory lock {named} of a transaction of MainThread"]
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert value(engine, held) == 0


def test_an_advisory_lock_that_was_given_back_is_not_named(
    engine: sa.Engine, ended: Callable[[], list[str]]
) -> None:
    with engine.begin() as connection:
        run(connection, "SELECT pg_advisory_lock(7)", "SELECT pg_advisory_unlock(7)")

    assert ended() == []


def test_a_thread_that_used_the_connection_is_named(
    engine: sa.Engine, ended: Callable[[], list[str]]
) -> None:
    used, leave = threading.Event(), threading.Event()

    def work() -> None:
        value(engine, "SELECT 1")
        used.set()
        leave.wait()

    thread = threading.Thread(target=work, name="late")
    thread.start()
    used.wait()

    left = ended()

    leave.set()
    thread.join()
    assert left == ["the thread late, still running"]


def test_a_connection_of_a_thread_that_serves_all_tests_is_not_named(
    pinned: PinnedConnection, engine: sa.Engine, ended: Callable[[], list[str]]
) -> None:
    at_work, leave = threading.Event(), threading.Event()

    def serve() -> None:
        leave.wait()
        leave.clear()
        with engine.connect() as connection:
            run(connection, "SELECT 1")
            at_work.set()
            leave.wait()

    pinned.end_test()
    thread = threading.Thread(target=serve)
    thread.start()
    pinned.begin_test()
    leave.set()
    at_work.wait()
    left = ended()
    leave.set()
    thread.join()

    assert left == []


def test_a_thread_that_begins_its_work_in_the_next_test_is_refused(
    engine: sa.Engine, ended: Callable[[], list[str]]
) -> None:
    leave = threading.Event()
    errors: list[str] = []

    def work() -> None:
        leave.wait()
        with pytest.raises(OperationalError) as error:
            value(engine, "SELECT 1")
        errors.append(str(error.value.orig))

    thread = threading.Thread(target=work, name="late")
    thread.start()
    left = ended()
    leave.set()
    thread.join()

    assert left == []
    assert "the test in which 'late' began has ended" in errors[0]
