"""A test whose transaction or connection was ended under it."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from factoryfloor.errors import EscapedTransactionError
from factoryfloor.isolation import PinnedConnection


def count(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM team")) or 0)


@pytest.mark.parametrize("script", ["COMMIT; SELECT 1", "COMMIT; BEGIN", "ROLLBACK; SELECT 1"])
def test_a_statement_that_ends_the_outer_transaction_is_reported(
    own: PinnedConnection, own_engine: sa.Engine, script: str
) -> None:
    own.begin_test()
    with own_engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO team (name) VALUES ('a')"))
        connection.connection.cursor().execute(script)

    with pytest.raises(EscapedTransactionError, match="mark the test committed_db"):
        own.end_test()


def test_after_an_escape_it_connects_to_a_new_database(
    own: PinnedConnection, own_engine: sa.Engine, admin: psycopg.Connection, database: str
) -> None:
    own.begin_test()
    with own_engine.connect() as connection:
        connection.connection.cursor().execute("CREATE TABLE kept (); COMMIT")
    with pytest.raises(EscapedTransactionError, match="CREATE TABLE kept"):
        own.end_test()
    own.close()

    admin.execute(f"CREATE DATABASE {database}_again TEMPLATE {database}")
    own.reconnect(own.conninfo.replace(database, f"{database}_again"))
    own.begin_test()
    with own_engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT current_database()"))
    own.end_test()
    own.close()
    admin.execute(f"DROP DATABASE {database}_again WITH (FORCE)")

    assert found == f"{database}_again"


def test_after_an_escape_the_same_test_is_told(
    own: PinnedConnection, own_engine: sa.Engine
) -> None:
    own.begin_test()
    with own_engine.connect() as connection:
        connection.connection.cursor().execute("COMMIT; SELECT 1")

    with pytest.raises(OperationalError, match="'COMMIT; SELECT 1' has ended the test"):
        count(own_engine)

    with pytest.raises(EscapedTransactionError):
        own.end_test()


def test_a_lost_connection_is_the_drivers_error_and_the_next_test_connects_anew(
    own: PinnedConnection, own_engine: sa.Engine, admin: psycopg.Connection
) -> None:
    own.begin_test()
    with own_engine.connect() as connection:
        pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        with pytest.raises(OperationalError) as first:
            connection.execute(sa.text("SELECT 1"))
    with pytest.raises(OperationalError):
        count(own_engine)
    assert isinstance(first.value.orig, psycopg.OperationalError)
    assert own.end_test() == []

    own.begin_test()

    assert count(own_engine) == 0


def test_a_connection_lost_between_tests_costs_none(
    own: PinnedConnection, own_engine: sa.Engine, admin: psycopg.Connection, database: str
) -> None:
    own.begin_test()
    count(own_engine)
    own.end_test()
    admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
        (database,),
    )
    lost = own.lost
    own.begin_test()

    assert lost
    assert count(own_engine) == 0


def test_a_server_that_is_gone_before_the_first_use_is_lost() -> None:
    gone = PinnedConnection("host=/nowhere.invalid")
    gone.begin_test()
    lost_before = gone.lost
    with pytest.raises(psycopg.OperationalError):
        gone.wire.run("SELECT 1")

    assert (lost_before, gone.lost) == (False, True)
