"""What is dropped when, and what never is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import ForeignDatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from factoryfloor.databases import Databases
    from tests.databases.conftest import Peer

    Connect = Callable[[str], psycopg.Connection]
    Exists = Callable[[str], bool]


def build_nothing(conninfo: str) -> None:
    """An empty schema."""


def test_closing_drops_clones_and_leaves_templates(
    databases: Databases, template: str, prefix: str, exists: Exists
) -> None:
    name = databases.clone(template, f"{prefix}_clone")

    databases.close()

    assert not exists(name)
    assert exists(template)


def test_closing_twice_or_unopened_does_nothing(open_databases: Callable[..., Databases]) -> None:
    databases = open_databases()

    databases.close()
    databases.close()


def test_a_kept_clone_stays_until_its_name_is_asked_for(
    open_databases: Callable[..., Databases], template: str, prefix: str, connect: Connect
) -> None:
    first = open_databases()
    name = first.clone(template, f"{prefix}_clone")
    connect(name).execute("INSERT INTO thing VALUES (1)")
    first.close(keep=[name])
    second = open_databases()
    second.template("1" * 64, prefix, build_nothing)

    kept = connect(name).execute("SELECT count(*) FROM thing").fetchone()
    again = second.clone(template, name)

    assert kept == (1,)
    assert again == name
    assert connect(name).execute("SELECT count(*) FROM thing").fetchone() == (0,)


def test_a_clone_that_somebody_is_connected_to_is_dropped_all_the_same(
    databases: Databases, template: str, prefix: str, connect: Connect, exists: Exists
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    connect(name)

    databases.close()

    assert not exists(name)


def test_dropping_strikes_the_lease(
    databases: Databases, template: str, prefix: str, exists: Exists, start_peer: Callable[[], Peer]
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    databases.clone(template, name)

    databases.drop(name)

    assert not exists(name)
    assert start_peer().ask(f"clone {template} {name}") == name


def test_dropping_what_is_not_there_does_nothing(databases: Databases, prefix: str) -> None:
    databases.drop(f"{prefix}_absent")


def test_dropping_what_is_not_recorded_is_refused(
    databases: Databases, prefix: str, admin: psycopg.Connection, exists: Exists
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")

    with pytest.raises(ForeignDatabaseError, match="not made by factoryfloor"):
        databases.drop(f"{prefix}_theirs")

    assert exists(f"{prefix}_theirs")


def test_dropping_what_another_process_leases_is_refused(
    databases: Databases, template: str, prefix: str, exists: Exists, start_peer: Callable[[], Peer]
) -> None:
    peer = start_peer()
    name = peer.ask(f"clone {template} {prefix}_clone")

    with pytest.raises(ForeignDatabaseError, match="in use by another process"):
        databases.drop(name)

    assert exists(name)


def test_at_first_use_only_the_clones_of_dead_processes_are_dropped(
    open_databases: Callable[..., Databases],
    template: str,
    prefix: str,
    exists: Exists,
    start_peer: Callable[[], Peer],
    admin: psycopg.Connection,
    registry: str,
) -> None:
    living, dying = start_peer(), start_peer()
    in_use = living.ask(f"clone {template} {prefix}_living")
    left = dying.ask(f"clone {template} {prefix}_dead")
    dying.kill()
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    query = "SELECT 1 FROM pg_stat_activity WHERE datname = %s OFFSET 2"
    while admin.execute(query, [registry]).fetchone():
        pass

    open_databases().template("0" * 64, prefix, build_nothing)

    assert not exists(left)
    assert exists(in_use)
    assert exists(f"{prefix}_theirs")


def test_templates_that_other_digests_left_unused_for_a_week_are_dropped(
    open_databases: Callable[..., Databases],
    prefix: str,
    exists: Exists,
    connect: Connect,
    registry: str,
) -> None:
    databases = open_databases()
    old = databases.template("a" * 64, prefix, build_nothing)
    recent = databases.template("b" * 64, prefix, build_nothing)
    built: list[str] = []
    same = databases.template("c" * 64, prefix, built.append)
    other = databases.template("d" * 64, f"{prefix}_other", build_nothing)
    age = "UPDATE {}.databases SET used_at = now() - interval '8 days' WHERE name <> %s"
    admin = connect(registry)
    admin.execute(age.format(admin.info.user), [recent])

    open_databases().template("c" * 64, prefix, built.append)

    assert not exists(old)
    assert exists(recent)
    assert exists(same)
    assert len(built) == 1
    assert exists(other)


def test_using_a_template_keeps_it_young(
    databases: Databases, template: str, prefix: str, connect: Connect, registry: str
) -> None:
    admin = connect(registry)
    admin.execute(f"UPDATE {admin.info.user}.databases SET used_at = now() - interval '8 days'")

    databases.template("0" * 64, prefix, build_nothing)

    young = f"SELECT used_at > now() - interval '1 hour' FROM {admin.info.user}.databases"
    assert admin.execute(young).fetchall() == [(True,)]


def test_a_forked_child_has_leases_of_its_own_and_leaves_its_parents(
    databases: Databases, template: str, prefix: str, exists: Exists, start_peer: Callable[[], Peer]
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        # os._exit in any case: the child must not run the rest of the tests
        try:
            databases.close()
            os.write(writing, databases.clone(template, name).encode())
            databases.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        answered = answer.read()

    assert answered == f"{name}_2"
    assert not exists(answered)
    assert exists(name)
    assert start_peer().ask(f"clone {template} {name}") == f"{name}_2"


def test_closing_after_the_connection_was_lost_is_silent(
    databases: Databases, template: str, prefix: str, admin: psycopg.Connection, registry: str
) -> None:
    databases.clone(template, f"{prefix}_clone")
    admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
        [registry],
    )

    databases.close()

    assert databases.clone(template, f"{prefix}_clone") == f"{prefix}_clone"
