"""Transaction control that is sent as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from factoryfloor.isolation.statements import Kind, recognise

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]


@pytest.mark.parametrize(
    "text, kind, name",
    [
        ("SELECT 1", Kind.PLAIN, ""),
        ("", Kind.EMPTY, ""),
        (" ; -- nothing", Kind.EMPTY, ""),
        ("commit", Kind.COMMIT, ""),
        ("/* why */ COMMIT WORK;", Kind.COMMIT, ""),
        ("-- why\nEND TRANSACTION", Kind.COMMIT, ""),
        ("commit /* from: here */", Kind.COMMIT, ""),
        ("COMMIT AND CHAIN", Kind.COMMIT, ""),
        ("rollback;", Kind.ROLLBACK, ""),
        ("ABORT", Kind.ROLLBACK, ""),
        ("commit; select 1", Kind.PLAIN, ""),
        ("COMMIT PREPARED 'x'", Kind.TWO_PHASE, ""),
        ("prepare transaction 'x'", Kind.TWO_PHASE, ""),
        ("PREPARE p AS SELECT 1", Kind.PLAIN, ""),
        ("begin", Kind.BEGIN, ""),
        ("BEGIN ISOLATION LEVEL SERIALIZABLE", Kind.BEGIN, ""),
        ("START TRANSACTION READ ONLY;", Kind.BEGIN, ""),
        ("savepoint Mine", Kind.SAVEPOINT, "mine"),
        ('SAVEPOINT "My ""own"""', Kind.SAVEPOINT, 'My "own"'),
        ("RELEASE mine", Kind.RELEASE, "mine"),
        ("release savepoint mine;", Kind.RELEASE, "mine"),
        ("ROLLBACK TO mine", Kind.ROLLBACK_TO, "mine"),
        ("rollback work to savepoint mine", Kind.ROLLBACK_TO, "mine"),
        ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", Kind.ISOLATION_LEVEL, ""),
        ("SET TRANSACTION READ ONLY", Kind.PLAIN, ""),
        ("endless", Kind.PLAIN, ""),
    ],
)
def test_a_statement_is_recognised_by_its_text(text: str, kind: Kind, name: str) -> None:
    found = recognise(text)

    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    "text, params, settings",
    [
        ("SET LOCAL work_mem = '1MB'", None, ("work_mem",)),
        ('set local "app.Tenant" = 7', None, ("app.tenant",)),
        ("SET LOCAL TIME  ZONE 'UTC'", None, ("timezone",)),
        ("SET LOCAL SCHEMA 'x'", None, ("search_path",)),
        ("SET work_mem = '1MB'", None, ()),
        ("SELECT set_config('a.b', 'c', true)", None, ("a.b",)),
        ("SELECT set_config('a.b', 'c', false)", None, ()),
        ("SELECT set_config(%s, %s, %s)", ["a.b", "c", True], ("a.b",)),
        ("SELECT set_config(%s, %s, %s)", ["a.b", "c", False], ()),
        ("SELECT set_config(%(n)s::text, f(1, 2), %(l)s)", {"n": "a.b", "l": True}, ("a.b",)),
        ("SELECT set_config(%(n)s, 'c', true)", {}, ()),
        ("SELECT local FROM places", None, ()),
    ],
)
def test_settings_until_the_end_of_the_transaction_are_found(
    text: str, params: object, settings: tuple[str, ...]
) -> None:
    assert recognise(text, params).settings == settings


def test_textual_commit_and_rollback_end_the_transaction(
    pinned: PinnedConnection, engine: sa.Engine, names: Names
) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO team (name) VALUES ('kept')"))
        connection.execute(sa.text("COMMIT"))
        connection.execute(sa.text("INSERT INTO team (name) VALUES ('undone')"))
        connection.execute(sa.text("ROLLBACK"))

    assert names() == ["kept"]


def test_textual_commit_in_the_drivers_other_query_types_ends_the_transaction(
    pinned: PinnedConnection, engine: sa.Engine, names: Names
) -> None:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.execute("INSERT INTO team (name) VALUES ('a')")
        driver.execute(b"COMMIT")
        driver.execute("INSERT INTO team (name) VALUES ('b')")
        driver.execute(psycopg.sql.SQL("COMMIT"))

    assert names() == ["a", "b"]


def test_textual_savepoints_nest(pinned: PinnedConnection, engine: sa.Engine, names: Names) -> None:
    with engine.begin() as connection:
        for statement in (
            "SAVEPOINT one",
            "INSERT INTO team (name) VALUES ('a')",
            'SAVEPOINT "two"',
            "INSERT INTO team (name) VALUES ('b')",
            "ROLLBACK TO two",
            "RELEASE SAVEPOINT one",
        ):
            connection.execute(sa.text(statement))

    assert names() == ["a"]


def test_a_savepoint_that_does_not_exist_is_the_servers_error(
    pinned: PinnedConnection, engine: sa.Engine
) -> None:
    with engine.connect() as connection, pytest.raises(OperationalError, match='"none" does not'):
        connection.execute(sa.text("ROLLBACK TO none"))


def test_set_transaction_isolation_level_is_ignored_with_a_note(
    pinned: PinnedConnection, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))

    (note,) = pinned.notes
    assert note.startswith("an isolation level was ignored")


def test_textual_prepare_transaction_is_refused(
    pinned: PinnedConnection, engine: sa.Engine
) -> None:
    with engine.connect() as connection, pytest.raises(OperationalError, match="two-phase"):
        connection.execute(sa.text("PREPARE TRANSACTION 'x'"))
