"""The registry's own database, and what roles may do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.errors import (
    ForeignDatabaseError,
    InsufficientPrivilegeError,
    ServerUnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.databases import Databases

    Connect = Callable[..., psycopg.Connection]
    Exists = Callable[[str], bool]
    MakeRole = Callable[[str], str]
    Open = Callable[..., Databases]


def build_nothing(conninfo: str) -> None:
    """An empty schema."""


def test_nothing_is_opened_before_the_first_use(
    open_databases: Open, registry: str, exists: Exists
) -> None:
    open_databases()

    assert not exists(registry)


def test_many_may_come_at_once(open_databases: Open, admin: psycopg.Connection) -> None:
    everybody = [open_databases() for _ in range(8)]
    ready = threading.Barrier(len(everybody))

    def come(databases: Databases) -> int:
        ready.wait()
        return databases.major_version

    with ThreadPoolExecutor(len(everybody)) as pool:
        versions = list(pool.map(come, everybody))

    assert versions == [admin.info.server_version // 10_000] * len(everybody)


def test_every_database_is_recorded_with_its_origin(
    databases: Databases, template: str, prefix: str, registry: str, connect: Connect
) -> None:
    name = databases.clone(template, f"{prefix}_clone")

    query = "SELECT name, kind, project, digest, state, oid FROM {}.databases ORDER BY kind DESC"
    oid = "SELECT oid FROM pg_database WHERE datname = %s"
    records = connect(registry)
    (template_oid,) = records.execute(oid, [template]).fetchone() or (None,)
    (clone_oid,) = records.execute(oid, [name]).fetchone() or (None,)
    assert records.execute(query.format(records.info.user)).fetchall() == [
        (template, "template", prefix, "0" * 64, "ready", template_oid),
        (name, "clone", prefix, "0" * 64, "ready", clone_oid),
    ]


def test_an_empty_database_of_the_registrys_name_is_taken(
    databases: Databases, registry: str, admin: psycopg.Connection
) -> None:
    admin.execute(f"CREATE DATABASE {registry}")

    databases.create(f"{registry}_scratch")

    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    (mark,) = admin.execute(query, [registry]).fetchone() or (None,)
    assert mark is not None
    assert mark.startswith("factoryfloor")


def test_a_strangers_database_of_the_registrys_name_is_left_alone(
    databases: Databases, registry: str, admin: psycopg.Connection, connect: Connect
) -> None:
    admin.execute(f"CREATE DATABASE {registry}")
    theirs = connect(registry)
    theirs.execute("CREATE TABLE precious ()")

    with pytest.raises(ForeignDatabaseError, match="1 table, such as precious"):
        databases.create(f"{registry}_scratch")

    assert theirs.execute("SELECT nspname FROM pg_namespace WHERE oid >= 16384").fetchall() == []


def test_no_way_in_is_an_unreachable_server(open_databases: Open) -> None:
    databases = open_databases(maintenance="no_such_database")

    with pytest.raises(ServerUnreachableError, match=r"no_such_database.*the test server"):
        databases.create("never")


def test_a_role_with_createdb_alone_can_do_everything(
    open_databases: Open, make_role: MakeRole, prefix: str, connect: Connect, exists: Exists
) -> None:
    role = make_role("CREATEDB")
    databases = open_databases(role=role)
    left: list[psycopg.Connection] = []

    name = databases.template(
        "0" * 64, prefix, lambda conninfo: left.append(psycopg.connect(conninfo))
    )
    clone = databases.clone(name, f"{prefix}_clone")
    connect(clone, role=role)
    again = databases.clone(name, clone)
    databases.close()
    databases.drop(name)

    assert again == clone
    assert not exists(clone)
    assert not exists(name)
    left[0].close()


def test_a_role_without_createdb_is_told_the_sql_that_helps(
    open_databases: Open, make_role: MakeRole, prefix: str
) -> None:
    role = make_role("")
    databases = open_databases(role=role)

    with pytest.raises(InsufficientPrivilegeError, match=f'ALTER ROLE "{role}" CREATEDB;'):
        databases.create(f"{prefix}_scratch")


def test_an_empty_database_of_another_owner_is_refused_with_the_sql_that_helps(
    open_databases: Open,
    make_role: MakeRole,
    prefix: str,
    admin: psycopg.Connection,
    exists: Exists,
) -> None:
    role = make_role("CREATEDB")
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    databases = open_databases(role=role)
    remedy = f'ALTER DATABASE "{prefix}_theirs" OWNER TO "{role}";'

    with pytest.raises(InsufficientPrivilegeError, match=remedy):
        databases.create(f"{prefix}_theirs")

    assert exists(f"{prefix}_theirs")


def test_a_clone_in_use_by_a_superuser_is_refused_with_the_sql_that_helps(
    open_databases: Open, make_role: MakeRole, prefix: str, connect: Connect
) -> None:
    role = make_role("CREATEDB")
    databases = open_databases(role=role)
    name = databases.create(f"{prefix}_scratch")
    connect(name)

    with pytest.raises(InsufficientPrivilegeError, match="superuser"):
        databases.create(name)


def test_roles_do_not_see_each_others_records(
    open_databases: Open, make_role: MakeRole, prefix: str, connect: Connect, exists: Exists
) -> None:
    first, second = make_role("CREATEDB"), make_role("CREATEDB")
    theirs = open_databases(role=first)
    name = theirs.create(f"{prefix}_scratch")
    connect(name, role=first).execute("CREATE TABLE thing ()")
    theirs.close(keep=[name])

    ours = open_databases(role=second)
    ours.template("0" * 64, prefix, build_nothing)

    assert exists(name)
    with pytest.raises(ForeignDatabaseError, match="thing"):
        ours.create(name)
