"""Worlds that stand in the place of another database, and what becomes of those replaced."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import ForeignDatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from factoryfloor.databases import Databases, Visits

    Connect = Callable[..., psycopg.Connection]
    Exists = Callable[[str], bool]
    Open = Callable[..., Databases]


def test_the_home_stands_for_itself_until_a_world_is_put_there(
    visits: Visits, home: str, put: Callable[[str], str]
) -> None:
    before = visits.enter()

    world = put("a")

    assert before == home
    assert visits.enter() == world


def test_a_replaced_world_is_dropped(
    put: Callable[[str], str], wait_until_gone: Callable[[str], None], exists: Exists, home: str
) -> None:
    first = put("a")

    second = put("b")

    wait_until_gone(first)
    assert exists(second)
    assert exists(home)


def test_a_world_stays_while_something_is_under_way_there(
    visits: Visits,
    put: Callable[[str], str],
    exists: Exists,
    wait_until_gone: Callable[[str], None],
) -> None:
    first = put("a")
    entered = [visits.enter(), visits.enter()]
    second = put("b")
    third = put("c")
    wait_until_gone(second)  # in the same thread, and later than the first

    stood = exists(first)
    later = visits.enter()
    visits.leave(first)
    stood_still = exists(first)
    visits.leave(first)

    assert (entered, later) == ([first, first], third)
    assert (stood, stood_still) == (True, True)
    wait_until_gone(first)


def test_of_two_at_once_one_stands_and_the_other_is_dropped(
    open_databases: Open,
    template: str,
    home: str,
    visits: Visits,
    wait_until_gone: Callable[[str], None],
) -> None:
    everybody = [open_databases() for _ in range(4)]
    worlds = [each.clone(template, f"{home}_{n}") for n, each in enumerate(everybody)]
    ready = threading.Barrier(len(everybody))

    def come(databases: Databases, world: str) -> None:
        ready.wait()
        databases.worlds.put(world, home)

    with ThreadPoolExecutor(len(everybody)) as pool:
        list(pool.map(come, everybody, worlds))

    stands = visits.enter()
    assert stands in worlds
    for world in set(worlds) - {stands}:
        wait_until_gone(world)


def test_who_lost_the_connection_is_still_where_it_was(
    visits: Visits,
    put: Callable[[str], str],
    admin: psycopg.Connection,
    registry: str,
    exists: Exists,
    wait_until_gone: Callable[[str], None],
) -> None:
    first = put("a")
    visits.enter()
    query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
    admin.execute(query, [registry])

    again = visits.enter()
    second = put("b")
    third = put("c")
    wait_until_gone(second)

    assert again == first
    assert exists(first)
    assert visits.enter() == third


def test_nothing_is_put_in_the_place_of_a_strangers_database(
    databases: Databases, template: str, prefix: str, admin: psycopg.Connection, exists: Exists
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    world = databases.clone(template, f"{prefix}_world")

    with pytest.raises(ForeignDatabaseError, match=f"{prefix}_theirs.*factoryfloor run"):
        databases.worlds.put(world, f"{prefix}_theirs")

    assert exists(f"{prefix}_theirs")


def test_to_ask_whose_a_database_is_makes_no_registry(
    databases: Databases, registry: str, prefix: str, admin: psycopg.Connection, exists: Exists
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")

    known = databases.worlds.knows(f"{prefix}_theirs")

    assert not known
    assert not exists(registry)


def test_a_name_made_anew_by_somebody_else_is_not_known(
    databases: Databases, home: str, admin: psycopg.Connection
) -> None:
    known = databases.worlds.knows(home)
    admin.execute(f"DROP DATABASE {home}")
    admin.execute(f"CREATE DATABASE {home}")

    assert known
    assert not databases.worlds.knows(home)
