"""Clones: fresh, and leased while their process lives."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.databases.locks import Locks
from factoryfloor.errors import SchemaError

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
