"""A test is one transaction, rolled back at its end."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from factoryfloor.errors import IsolationError
from factoryfloor.isolation import PinnedConnection


def insert(engine: sa.Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO team (name) VALUES (:name)"), {"name": name})


def count(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM team")) or 0)


def test_what_a_test_commits_is_rolled_back(own: PinnedConnection, own_engine: sa.Engine) -> None:
    own.begin_test()
    insert(own_engine, "a")
    assert count(own_engine) == 1

    assert own.end_test() == []

    own.begin_test()
    assert count(own_engine) == 0


def test_a_test_without_statements_makes_no_connection() -> None:
    pinned = PinnedConnection("host=/nowhere dbname=nothing")

    pinned.begin_test()

    assert pinned.end_test() == []


def test_active_is_true_between_begin_and_end(own: PinnedConnection) -> None:
    before = own.active
    own.begin_test()
    during = own.active
    own.end_test()

    assert (before, during, own.active) == (False, True, False)


def test_begin_twice_is_refused(own: PinnedConnection) -> None:
    own.begin_test()

    with pytest.raises(IsolationError, match="has not ended"):
        own.begin_test()


def test_use_outside_a_test_is_refused(own: PinnedConnection, own_engine: sa.Engine) -> None:
    with pytest.raises(OperationalError, match="no test is running"):
        count(own_engine)


def test_a_transaction_left_open_with_changes_is_described(
    own: PinnedConnection, own_engine: sa.Engine
) -> None:
    own.begin_test()
    reading, writing = own_engine.connect(), own_engine.connect()
    writing.execute(sa.text("INSERT INTO team (name) VALUES ('a')"))
    reading.execute(sa.text("SELECT 1"))

    reading.close()
    left = own.end_test()

    (described,) = left
    assert described.startswith("a transaction with uncommitted changes of MainThread, at ")
    writing.close()


def test_a_transaction_does_not_go_on_after_its_test(
    own: PinnedConnection, own_engine: sa.Engine
) -> None:
    own.begin_test()
    leaked = own_engine.connect()
    leaked.execute(sa.text("INSERT INTO team (name) VALUES ('a')"))
    own.end_test()
    own.begin_test()

    with pytest.raises(OperationalError, match="in which this transaction began has ended"):
        leaked.execute(sa.text("SELECT 1"))

    leaked.close()
    assert count(own_engine) == 0


def test_commit_after_the_test_is_refused(own: PinnedConnection, own_engine: sa.Engine) -> None:
    own.begin_test()
    leaked = own_engine.connect()
    leaked.execute(sa.text("INSERT INTO team (name) VALUES ('a')"))
    own.end_test()

    with pytest.raises(OperationalError, match="has ended"):
        leaked.commit()

    leaked.close()


@pytest.mark.parametrize(
    "leave, find",
    [
        ("SET work_mem = '1234kB'", "SELECT 1 FROM pg_settings WHERE setting = '1234'"),
        ("CREATE TEMP TABLE scratch ()", "SELECT 1 FROM pg_class WHERE relname = 'scratch'"),
        ("PREPARE p AS SELECT 1", "SELECT 1 FROM pg_prepared_statements"),
        (
            "SELECT pg_advisory_lock(7)",
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
        ),
    ],
)
def test_the_state_of_the_database_session_ends_with_the_test(
    own: PinnedConnection, own_engine: sa.Engine, leave: str, find: str
) -> None:
    own.begin_test()
    with own_engine.begin() as connection:
        connection.execute(sa.text(leave))
    with own_engine.connect() as connection:
        during = connection.scalar(sa.text(find))
    own.end_test()
    own.begin_test()
    with own_engine.connect() as connection:
        after = connection.scalar(sa.text(find))

    assert (during, after) == (1, None)


def test_statements_count_what_the_application_asked_for(
    own: PinnedConnection, own_engine: sa.Engine
) -> None:
    own.begin_test()
    with own_engine.begin() as connection:
        connection.execute(sa.text("SELECT 1"))
        with connection.begin_nested():
            connection.execute(sa.text("SELECT 2"))
        connection.execute(sa.text("SAVEPOINT mine"))
        cursor = connection.connection.cursor()
        cursor.executemany("INSERT INTO team (name) VALUES (%s)", [("a",), ("b",)])
        connection.execute(sa.text("COMMIT"))

    assert own.statements == 3


def test_copy_and_a_server_side_cursor_count_one_each(
    own: PinnedConnection, own_engine: sa.Engine
) -> None:
    own.begin_test()
    with own_engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with driver.cursor().copy("COPY team (name) FROM STDIN") as copy:
            copy.write_row(("a",))
            copy.write_row(("b",))
        with driver.cursor("rows") as rows:
            rows.execute("SELECT name FROM team")
            while rows.fetchone():
                pass

    assert own.statements == 2


def test_statements_and_notes_are_those_of_the_latest_test(
    own: PinnedConnection, own_engine: sa.Engine
) -> None:
    own.begin_test()
    with own_engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        connection.execute(sa.text("SELECT 1"))
    own.end_test()
    kept = own.statements, len(own.notes)

    own.begin_test()

    assert kept == (1, 1)
    assert (own.statements, own.notes) == (0, [])
