"""Clones: fresh, leased, and never in place of what is somebody else's."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.databases.locks import Locks
from factoryfloor.errors import ForeignDatabaseError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.databases import Databases
    from tests.databases.conftest import Peer

    Connect = Callable[[str], psycopg.Connection]


def test_a_clone_has_what_its_template_has(
    databases: Databases, template: str, prefix: str, connect: Connect
) -> None:
    name = databases.clone(template, f"{prefix}_clone")

    assert name == f"{prefix}_clone"
    assert connect(name).execute("SELECT * FROM thing").fetchall() == []


def test_a_clone_made_again_by_its_owner_is_fresh_and_keeps_its_name(
    databases: Databases, template: str, prefix: str, connect: Connect
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    connect(name).execute("INSERT INTO thing VALUES (1)")

    again = databases.clone(template, name)

    assert again == name
    assert connect(name).execute("SELECT count(*) FROM thing").fetchone() == (0,)


def test_a_clone_that_a_living_process_leases_is_passed_by(
    databases: Databases, template: str, prefix: str, start_peer: Callable[[], Peer]
) -> None:
    first, second = start_peer(), start_peer()

    names = [
        first.ask(f"clone {template} {prefix}_clone"),
        second.ask(f"clone {template} {prefix}_clone"),
        databases.clone(template, f"{prefix}_clone"),
    ]

    assert names == [f"{prefix}_clone", f"{prefix}_clone_2", f"{prefix}_clone_3"]


def test_a_clone_of_a_killed_process_is_replaced(
    databases: Databases,
    template: str,
    prefix: str,
    start_peer: Callable[[], Peer],
    connect: Connect,
    admin: psycopg.Connection,
    registry: str,
) -> None:
    peer = start_peer()
    name = peer.ask(f"clone {template} {prefix}_clone")
    connect(name).execute("INSERT INTO thing VALUES (1)")
    peer.kill()
    # the server notices within a moment
    query = "SELECT 1 FROM pg_stat_activity WHERE datname = %s OFFSET 1"
    while admin.execute(query, [registry]).fetchone():
        pass

    again = databases.clone(template, name)

    assert again == name
    assert connect(name).execute("SELECT count(*) FROM thing").fetchone() == (0,)


def test_a_name_that_another_process_is_cleaning_up_is_waited_for(
    databases: Databases,
    template: str,
    prefix: str,
    registry: str,
    connect: Connect,
    admin: psycopg.Connection,
) -> None:
    cleaner = Locks(connect(registry))
    names: list[str] = []
    waiting = threading.Thread(
        target=lambda: names.append(databases.clone(template, f"{prefix}_clone"))
    )
    query = (
        "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        "WHERE d.datname = %s AND NOT l.granted"
    )

    with cleaner.gate_closed(), cleaner.held(f"{prefix}_clone"):
        waiting.start()
        while waiting.is_alive() and not admin.execute(query, [registry]).fetchone():
            time.sleep(0.01)
    waiting.join()

    assert names == [f"{prefix}_clone"]


def test_an_empty_database_is_taken_and_from_then_on_ours(
    databases: Databases,
    template: str,
    prefix: str,
    admin: psycopg.Connection,
    connect: Connect,
    exists: Callable[[str], bool],
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_clone")

    name = databases.clone(template, f"{prefix}_clone")

    assert name == f"{prefix}_clone"
    assert connect(name).execute("SELECT * FROM thing").fetchall() == []
    databases.close()
    assert not exists(name)


@pytest.mark.parametrize(
    "statement,holding",
    [
        (
            "CREATE TABLE orders (); CREATE TABLE customers ()",
            "2 tables, such as customers, orders",
        ),
        ("CREATE VIEW busy AS SELECT 1", "1 view, such as busy"),
        ("CREATE SEQUENCE numbers", "1 sequence, such as numbers"),
        ("CREATE TYPE mood AS ENUM ('good')", "1 type, such as mood"),
        ("CREATE TYPE pair AS (a int, b int)", "1 type, such as pair"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "1 function, such as f"),
        ("CREATE SCHEMA sales", "1 schema, such as sales"),
        ("SELECT lo_create(4711)", "1 large object, such as 4711"),
        ("CREATE PUBLICATION news", "1 publication, such as news"),
        (
            "CREATE TABLE a (); CREATE SCHEMA b",
            "1 table, such as a; 1 schema, such as b",
        ),
    ],
)
def test_a_strangers_database_that_holds_anything_is_refused_untouched(
    databases: Databases,
    template: str,
    prefix: str,
    admin: psycopg.Connection,
    connect: Connect,
    statement: str,
    holding: str,
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    connect(f"{prefix}_theirs").execute(statement)
    oid = "SELECT oid FROM pg_database WHERE datname = %s"
    before = admin.execute(oid, [f"{prefix}_theirs"]).fetchone()

    with pytest.raises(ForeignDatabaseError) as caught:
        databases.clone(template, f"{prefix}_theirs")

    assert f"holds {holding}." in str(caught.value)
    assert "TEST_DATABASE_URL" in str(caught.value)
    databases.close()
    assert admin.execute(oid, [f"{prefix}_theirs"]).fetchone() == before


def test_a_strangers_database_with_nothing_but_an_extension_is_refused(
    databases: Databases, template: str, prefix: str, admin: psycopg.Connection, connect: Connect
) -> None:
    query = "SELECT name FROM pg_available_extensions WHERE name IN ('citext', 'vector') LIMIT 1"
    (extension,) = admin.execute(query).fetchone() or ("",)
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    connect(f"{prefix}_theirs").execute(f"CREATE EXTENSION {extension}")

    with pytest.raises(ForeignDatabaseError, match=f"holds 1 extension, such as {extension}"):
        databases.clone(template, f"{prefix}_theirs")


def test_an_empty_database_that_somebody_uses_is_refused(
    databases: Databases, template: str, prefix: str, admin: psycopg.Connection, connect: Connect
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    theirs = connect(f"{prefix}_theirs")

    with pytest.raises(ForeignDatabaseError, match=r"in use \(connections: 1\)"):
        databases.clone(template, f"{prefix}_theirs")

    assert theirs.execute("SELECT 1").fetchone() == (1,)


def test_a_database_that_replaced_ours_by_hand_is_somebody_elses(
    databases: Databases, template: str, prefix: str, admin: psycopg.Connection, connect: Connect
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    admin.execute(f"DROP DATABASE {name}")
    admin.execute(f"CREATE DATABASE {name}")
    connect(name).execute("CREATE TABLE precious ()")

    with pytest.raises(ForeignDatabaseError, match="precious"):
        databases.clone(template, name)
    databases.close()

    assert connect(name).execute("SELECT FROM precious").fetchall() == []


@pytest.mark.parametrize("name", ["postgres", "template1", "factoryfloor"])
def test_the_servers_own_databases_are_refused_even_when_empty(
    databases: Databases, template: str, name: str
) -> None:
    with pytest.raises(ForeignDatabaseError, match="no test database"):
        databases.clone(template, name)


def test_a_name_longer_than_postgresql_allows_is_shortened(
    databases: Databases, template: str, prefix: str, start_peer: Callable[[], Peer]
) -> None:
    name = prefix + "é" * 40
    theirs = start_peer().ask(f"clone {template} {name}")

    ours = databases.clone(template, name)

    assert len(theirs.encode()) <= 63
    assert len(ours.encode()) <= 63
    assert ours.endswith("é_2")


def test_a_name_is_quoted(databases: Databases, template: str, prefix: str) -> None:
    name = f'{prefix} "A"; DROP'

    assert databases.clone(template, name) == name


def test_the_servers_strategy_is_used_and_a_refused_clone_leaves_nothing(
    open_databases: Callable[..., Databases],
    template: str,
    prefix: str,
    exists: Callable[[str], bool],
    databases: Databases,
) -> None:
    other = open_databases(strategy="TELEPATHY")

    with pytest.raises(psycopg.Error, match="TELEPATHY"):
        other.clone(template, f"{prefix}_clone")

    assert not exists(f"{prefix}_clone")
    # its lease is free
    assert databases.clone(template, f"{prefix}_clone") == f"{prefix}_clone"


def test_a_template_in_use_is_waited_for(
    databases: Databases,
    template: str,
    prefix: str,
    admin: psycopg.Connection,
    connect: Connect,
) -> None:
    admin.execute(f"ALTER DATABASE {template} ALLOW_CONNECTIONS true")
    user = connect(template)
    # longer than the 5 seconds that PostgreSQL itself waits
    leaving = threading.Timer(5.5, user.close)
    leaving.start()

    name = databases.clone(template, f"{prefix}_clone")

    leaving.join()
    assert name == f"{prefix}_clone"


def test_a_clone_of_no_template_is_an_error(databases: Databases, prefix: str) -> None:
    with pytest.raises(SchemaError, match="no whole template 'absent'"):
        databases.clone("absent", f"{prefix}_clone")


def test_an_empty_database_can_be_created(
    databases: Databases, prefix: str, connect: Connect, exists: Callable[[str], bool]
) -> None:
    name = databases.create(f"{prefix}_scratch")

    assert connect(name).execute("SELECT FROM pg_class WHERE oid >= 16384").fetchall() == []
    databases.drop(name)
    assert not exists(name)
