"""A server that dies while it is used: the next call begins anew, on a new one if need be."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.databases import Databases
from factoryfloor.server import EmbeddedServer, ExternalServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DIGEST = "0" * 64


@pytest.fixture
def mortal(runtime: Path) -> Iterator[EmbeddedServer]:
    """A server that a test may kill."""
    server = EmbeddedServer()
    server.ensure()
    yield server
    server.stop()


@pytest.fixture
def databases(mortal: EmbeddedServer) -> Iterator[Databases]:
    found = Databases(mortal)
    yield found
    found.close()


def build_thing(conninfo: str) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE thing (id int)")


def fresh(databases: Databases, name: str = "clone") -> str:
    return databases.clone(databases.template(DIGEST, "shop", build_thing), name)


def rows(server: EmbeddedServer, database: str, query: str = "SELECT * FROM thing") -> list[object]:
    with psycopg.connect(server.address.conninfo(database)) as connection:
        return [row[0] for row in connection.execute(query.encode())]


def kill_server(server: EmbeddedServer) -> None:
    status = server.status()
    assert status is not None
    os.kill(status.server, signal.SIGKILL)


def kill_keeper(server: EmbeddedServer) -> None:
    status = server.status()
    assert status is not None
    os.kill(status.pid, signal.SIGKILL)


def kill_a_backend(server: EmbeddedServer) -> None:
    """After which PostgreSQL ends all others, and recovers."""
    # one that has just been left may still be there, beside the registry's
    pid, *_ = rows(
        server, "postgres", "SELECT pid FROM pg_stat_activity WHERE datname <> 'postgres'"
    )
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGKILL)


def stop(server: EmbeddedServer) -> None:
    server.stop()


@pytest.mark.parametrize("end", [kill_server, kill_keeper, kill_a_backend, stop])
def test_after_its_end_there_is_a_fresh_database_of_the_same_name(
    databases: Databases, mortal: EmbeddedServer, end: Callable[[EmbeddedServer], None]
) -> None:
    fresh(databases)
    rows(mortal, "clone", "INSERT INTO thing VALUES (1) RETURNING id")

    end(mortal)
    name = fresh(databases)

    assert name == "clone"
    assert rows(mortal, name) == []


def test_it_may_die_more_than_once(databases: Databases, mortal: EmbeddedServer) -> None:
    for _ in range(3):
        fresh(databases)
        kill_server(mortal)

    assert rows(mortal, fresh(databases)) == []


def test_it_may_die_while_a_template_is_built(databases: Databases, mortal: EmbeddedServer) -> None:
    built: list[str] = []

    def build(conninfo: str) -> None:
        built.append(conninfo)
        with psycopg.connect(conninfo) as connection:
            if len(built) == 1:
                kill_server(mortal)
            connection.execute("CREATE TABLE thing (id int)")
            connection.execute("CHECKPOINT")

    template = databases.template(DIGEST, "shop", build)

    assert len(built) == 2
    assert rows(mortal, databases.clone(template, "clone")) == []


def test_a_template_that_went_with_it_is_built_again_for_a_clone(
    databases: Databases, mortal: EmbeddedServer
) -> None:
    template = databases.template(DIGEST, "shop", build_thing)
    kill_server(mortal)

    name = databases.clone(template, "clone")

    assert rows(mortal, name) == []


def test_an_empty_database_can_be_created_too(databases: Databases, mortal: EmbeddedServer) -> None:
    databases.create("scratch")

    kill_server(mortal)

    assert rows(mortal, databases.create("scratch"), "SELECT 1") == [1]


def test_what_was_lost_can_be_dropped_at_once_and_later(
    databases: Databases, mortal: EmbeddedServer
) -> None:
    names = [databases.create("one"), databases.create("two")]
    kill_server(mortal)

    databases.drop_later(names[0])
    databases.drop(names[1])
    databases.close()

    assert databases.create("one") == "one"


def test_drops_go_on_over_a_new_connection(databases: Databases, mortal: EmbeddedServer) -> None:
    databases.drop_later(databases.create("before"))
    databases.drop("before")
    kill_server(mortal)
    name = databases.create("after")

    databases.drop_later(name)

    for _ in range(1000):  # closing would drop it, too
        mortal.ensure()  # a backend may have outlived its server for a moment
        if name not in rows(mortal, "postgres", "SELECT datname FROM pg_database"):
            break
        time.sleep(0.01)
    else:
        pytest.fail("it is still there")


def test_leases_of_databases_that_are_still_there_are_taken_again(
    databases: Databases, mortal: EmbeddedServer
) -> None:
    fresh(databases)
    rows(
        mortal,
        "postgres",
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = 'factoryfloor'",
    )
    databases.create("other")
    stranger = Databases(ExternalServer(mortal.address.url("postgres")))

    name = fresh(stranger)

    assert name == "clone_2"
    assert rows(mortal, "clone") == []
    stranger.close()
