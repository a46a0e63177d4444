"""Databases that are dropped in the background: nobody waits, and none is forgotten."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factoryfloor.databases import Databases
    from tests.databases.conftest import Peer

    Connect = Callable[..., psycopg.Connection]
    Exists = Callable[[str], bool]
    HeldUp = Callable[[str], contextlib.AbstractContextManager[None]]


@pytest.fixture
def held_up(connect: Connect) -> HeldUp:
    """A block in which the database of this name cannot be dropped."""

    @contextlib.contextmanager
    def held_up(name: str) -> Iterator[None]:
        holder = connect("postgres")
        # a drop that is waited for shall fail its test, not hang
        holder.execute("SET idle_in_transaction_session_timeout = '60s'")
        with holder.transaction():
            holder.execute(f"COMMENT ON DATABASE {name} IS 'locked until the transaction ends'")
            yield

    return held_up


@pytest.fixture
def wait_until(admin: psycopg.Connection) -> Callable[..., None]:
    """Returns once this query has a row."""

    def wait_until(query: str, *values: object) -> None:
        while not admin.execute(query, values).rowcount:
            time.sleep(0.01)

    return wait_until


DROPPING = "SELECT FROM pg_stat_activity WHERE query LIKE 'DROP DATABASE%%' || %s || '%%'"
DROPPING += " AND wait_event_type = 'Lock'"
GONE = "SELECT WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = %s)"


def test_a_drop_is_not_waited_for(
    databases: Databases, template: str, prefix: str, exists: Exists, held_up: HeldUp
) -> None:
    name = databases.clone(template, f"{prefix}_clone")

    with held_up(name):
        databases.drop_later(name)
        others = [databases.clone(template, f"{prefix}_a"), databases.create(f"{prefix}_b")]
        stood = exists(name)

    assert stood
    assert others == [f"{prefix}_a", f"{prefix}_b"]


def test_it_happens_although_somebody_is_connected(
    databases: Databases,
    template: str,
    prefix: str,
    connect: Connect,
    wait_until: Callable[..., None],
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    visitor = connect(name)

    databases.drop_later(name)

    wait_until(GONE, name)
    with pytest.raises(psycopg.OperationalError):
        visitor.execute("SELECT 1")


def test_closing_waits_for_all_drops(
    databases: Databases, template: str, prefix: str, exists: Exists
) -> None:
    names = [databases.clone(template, f"{prefix}_{number}") for number in range(3)]
    for name in names:
        databases.drop_later(name)

    databases.close()

    assert not any(map(exists, names))


def test_the_lease_is_struck(
    databases: Databases, template: str, prefix: str, start_peer: Callable[[], Peer]
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    peer = start_peer()

    databases.drop_later(name)

    # until then, the peer gets the next name
    assert name in (peer.ask(f"clone {template} {name}") for _ in range(500))


def test_the_record_is_struck(
    databases: Databases, template: str, prefix: str, registry: str, connect: Connect
) -> None:
    names = [databases.clone(template, f"{prefix}_{number}") for number in range(2)]
    databases.drop_later(names[0])

    databases.close(keep=names[1:])

    records = connect(registry)
    query = f"SELECT name FROM {records.info.user}.databases WHERE kind = 'clone'"
    assert records.execute(query).fetchall() == [(names[1],)]


def test_who_asks_for_the_same_name_meanwhile_gets_the_next(
    databases: Databases, template: str, prefix: str, held_up: HeldUp
) -> None:
    name = databases.clone(template, f"{prefix}_clone")

    with held_up(name):
        databases.drop_later(name)
        meanwhile = databases.clone(template, name)
    databases.drop(name)  # which waits
    afterwards = databases.clone(template, name)

    assert meanwhile == f"{name}_2"
    assert afterwards == name


def test_a_role_with_createdb_alone_may(
    open_databases: Callable[..., Databases],
    make_role: Callable[[str], str],
    prefix: str,
    connect: Connect,
    exists: Exists,
) -> None:
    role = make_role("CREATEDB")
    databases = open_databases(role=role)
    name = databases.create(f"{prefix}_scratch")
    connect(name, role=role)

    databases.drop_later(name)

    databases.close()
    assert not exists(name)


def test_what_is_not_leased_is_passed_over(
    databases: Databases, template: str, prefix: str, admin: psycopg.Connection, exists: Exists
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")

    databases.drop_later(f"{prefix}_theirs")
    databases.drop_later(template)
    databases.drop_later(f"{prefix}_absent")

    databases.close()
    assert exists(f"{prefix}_theirs")
    assert exists(template)


def test_a_failed_drop_stays_recorded_and_leased_for_the_end_and_later_runs(
    open_databases: Callable[..., Databases],
    make_role: Callable[[str], str],
    prefix: str,
    connect: Connect,
    exists: Exists,
) -> None:
    role = make_role("CREATEDB")
    databases = open_databases(role=role)
    name = databases.create(f"{prefix}_scratch")
    superuser = connect(name)  # whom the role may not throw out

    databases.drop_later(name)
    databases.close()
    stood = exists(name)
    superuser.close()
    open_databases(role=role).template("0" * 64, prefix, lambda conninfo: None)

    assert stood
    assert not exists(name)


def test_what_a_killed_process_was_dropping_is_dropped_by_the_next_run(
    open_databases: Callable[..., Databases],
    template: str,
    prefix: str,
    registry: str,
    exists: Exists,
    held_up: HeldUp,
    start_peer: Callable[[], Peer],
    wait_until: Callable[..., None],
    admin: psycopg.Connection,
) -> None:
    peer = start_peer()
    name = peer.ask(f"clone {template} {prefix}_clone")
    waiting = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE %s"
    with held_up(name):
        peer.ask(f"drop_later {name}")
        wait_until(DROPPING, name)
        peer.kill()
        admin.execute(waiting, [f"DROP DATABASE%{name}%"])  # as a shutdown would
    query = "SELECT WHERE 2 > (SELECT count(*) FROM pg_stat_activity WHERE datname = %s)"
    wait_until(query, registry)
    stood = exists(name)

    open_databases().template("0" * 64, prefix, lambda conninfo: None)

    assert stood
    assert not exists(name)


def test_a_database_whose_drop_was_cut_short_is_replaced(
    databases: Databases, template: str, prefix: str, admin: psycopg.Connection, connect: Connect
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    # as PostgreSQL marks one whose files may be gone
    admin.execute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = %s", [name])

    databases.clone(template, name)

    assert connect(name).execute("SELECT * FROM thing").fetchall() == []


def test_a_forked_child_does_not_drop_what_its_parent_leases(
    databases: Databases, template: str, prefix: str, exists: Exists
) -> None:
    name = databases.clone(template, f"{prefix}_clone")
    child = os.fork()
    if child == 0:
        # os._exit in any case: the child must not run the rest of the tests
        try:
            databases.drop_later(name)
            databases.close()
            time.sleep(0.3)  # a drop would be over by then
        finally:
            os._exit(0)

    os.waitpid(child, 0)

    assert exists(name)
