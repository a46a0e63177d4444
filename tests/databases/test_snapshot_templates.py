"""Templates of a kind: copies of a source with something put in, of which the newest stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from factoryfloor.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.databases import Databases

    Connect = Callable[[str], psycopg.Connection]
    Exists = Callable[[str], bool]
    Build = Callable[..., str]

OLD, NEW = "a" * 64, "b" * 64


def fill(conninfo: str) -> dict[str, int]:
    """A row in the table that the source has."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("INSERT INTO thing VALUES (1)")
    return {"rows": 1}


@pytest.fixture
def build(databases: Databases, prefix: str, template: str) -> Build:
    """Has a template of a kind built from the one with the table."""

    def build(
        digest: str, kind: str = "shelf", *, by: Databases = databases, **changes: Any
    ) -> str:
        arguments: dict[str, Any] = {"project": prefix, "build": fill, "source": template} | changes
        return by.template(digest, kind=kind, **arguments)

    return build


@pytest.fixture
def rows(
    databases: Databases, prefix: str, connect: Connect
) -> Callable[[str], list[tuple[int, ...]]]:
    """What a fresh clone of a template holds."""

    def rows(name: str) -> list[tuple[int, ...]]:
        clone = connect(databases.clone(name, f"{prefix}_clone"))
        return clone.execute("TABLE thing").fetchall()

    return rows


def drop(admin: psycopg.Connection, template: str) -> None:
    admin.execute(f"ALTER DATABASE {template} IS_TEMPLATE false".encode())
    admin.execute(f"DROP DATABASE {template}".encode())


def test_it_holds_what_its_source_has_and_what_was_put_in(
    build: Build, template: str, rows: Callable[[str], list[tuple[int, ...]]]
) -> None:
    found = build(OLD)

    assert rows(found) == [(1,)]
    assert rows(template) == []


def test_it_is_built_once_and_its_record_is_kept(
    build: Build, open_databases: Callable[..., Databases], prefix: str
) -> None:
    first, other, built = build(OLD), open_databases(), list[str]()

    second = build(OLD, by=other, build=built.append)

    assert (second, built) == (first, [])
    assert other.latest_record(prefix, "shelf") == {"rows": 1}


def test_it_replaces_the_older_of_its_kind_alone(
    build: Build, databases: Databases, prefix: str, template: str, exists: Exists
) -> None:
    old = build(OLD)
    others = [template, build(OLD, "shelf x2"), databases.template(OLD, prefix, lambda _: None)]
    others.append(build(OLD, project=f"{prefix}_other"))

    new = build(NEW)

    assert not exists(old)
    assert all(map(exists, [new, *others]))
    assert len({old, new, *others}) == 6


def test_a_failing_build_leaves_the_older_and_nothing_else(
    build: Build, databases: Databases, prefix: str, admin: psycopg.Connection
) -> None:
    build(OLD)
    query = f"SELECT datname FROM pg_database WHERE datname LIKE '%{prefix}%'"
    before = admin.execute(query.encode()).fetchall()

    def fail(conninfo: str) -> None:
        fill(conninfo)
        raise ValueError("half-way")

    with pytest.raises(SchemaError, match="ValueError: half-way"):
        build(NEW, build=fail)

    assert admin.execute(query.encode()).fetchall() == before
    assert databases.latest_record(prefix, "shelf") == {"rows": 1}


def test_a_source_that_is_gone_is_built_again(
    build: Build,
    template: str,
    admin: psycopg.Connection,
    exists: Exists,
    rows: Callable[[str], list[tuple[int, ...]]],
) -> None:
    drop(admin, template)

    found = build(OLD)

    assert rows(found) == [(1,)]
    assert exists(template)


def test_a_source_that_is_gone_and_that_nobody_asked_for_is_told(
    build: Build, template: str, admin: psycopg.Connection, open_databases: Callable[..., Databases]
) -> None:
    drop(admin, template)

    with pytest.raises(SchemaError, match=f"no whole template '{template}'; build it first"):
        build(OLD, by=open_databases())


def test_a_template_that_another_process_replaced_is_built_again_for_a_clone(
    build: Build,
    open_databases: Callable[..., Databases],
    exists: Exists,
    rows: Callable[[str], list[tuple[int, ...]]],
) -> None:
    old = build(OLD)
    build(NEW, by=open_databases())
    replaced = not exists(old)

    found = rows(old)

    assert replaced
    assert found == [(1,)]


def test_one_that_vanished_with_its_record_in_place_is_built_again_for_a_clone(
    build: Build, admin: psycopg.Connection, rows: Callable[[str], list[tuple[int, ...]]]
) -> None:
    found = build(OLD)

    drop(admin, found)

    assert rows(found) == [(1,)]


def test_those_that_nobody_used_for_a_week_are_dropped(
    build: Build,
    open_databases: Callable[..., Databases],
    prefix: str,
    exists: Exists,
    connect: Connect,
    registry: str,
) -> None:
    old, recent = build(OLD), build(OLD, "crowd")
    stranger = build(OLD, project=f"{prefix}_other")
    age = "UPDATE {}.databases SET used_at = now() - interval '8 days' WHERE name <> %s"
    admin = connect(registry)
    admin.execute(age.format(admin.info.user).encode(), [recent])

    open_databases().template("0" * 64, prefix, lambda _: None)

    assert not exists(old)
    assert exists(recent)
    assert exists(stranger)
