"""What somebody else made is never touched, unless it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import ForeignDatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from factoryfloor.databases import Databases

    Connect = Callable[[str], psycopg.Connection]


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


def test_asking_whether_a_database_is_foreign_makes_nothing(
    databases: Databases, registry: str, prefix: str, admin: psycopg.Connection, connect: Connect
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    theirs = connect(f"{prefix}_theirs")
    databases.refuse_foreign(f"{prefix}_theirs")  # empty, although somebody looks at it
    databases.refuse_foreign(f"{prefix}_absent")

    theirs.execute("CREATE TABLE precious (id int)")
    with pytest.raises(ForeignDatabaseError, match="precious"):
        databases.refuse_foreign(f"{prefix}_theirs")

    made = admin.execute("SELECT datname FROM pg_database WHERE datname = %s", [registry])
    assert made.fetchall() == []


def test_a_database_of_ours_is_not_foreign_whatever_it_holds(
    databases: Databases, prefix: str, connect: Connect
) -> None:
    name = databases.create(f"{prefix}_ours")
    connect(name).execute("CREATE TABLE ours (id int)")

    databases.refuse_foreign(name)
