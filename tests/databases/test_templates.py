"""Templates: built once, whole or not at all, closed to everybody."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.errors import ForeignDatabaseError, SchemaError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.databases import Databases
    from tests.databases.conftest import Peer

DIGEST = "0123456789abcdef" * 4


def build_nothing(conninfo: str) -> None:
    """An empty schema."""


def test_a_template_is_named_by_project_and_digest(databases: Databases, prefix: str) -> None:
    name = databases.template(DIGEST, f"{prefix} Print-Farm!", build_nothing)

    assert name == f"ff_{prefix}_print_farm_0123456789ab"


def test_a_long_project_name_is_shortened_and_the_digest_is_not(
    databases: Databases, prefix: str
) -> None:
    name = databases.template(DIGEST, prefix + "x" * 80, build_nothing)

    assert len(name) == 63
    assert name.endswith("x_0123456789ab")


def test_a_whole_template_is_not_built_again(
    open_databases: Callable[..., Databases], prefix: str
) -> None:
    built: list[str] = []
    first = open_databases().template(DIGEST, prefix, built.append)

    second = open_databases().template(DIGEST, prefix, built.append)

    assert first == second
    assert len(built) == 1


def test_another_digest_is_another_template(databases: Databases, prefix: str) -> None:
    assert databases.template("a" * 64, prefix, build_nothing) != databases.template(
        "b" * 64, prefix, build_nothing
    )


def test_nobody_can_connect_to_a_template(
    template: str, connect: Callable[[str], psycopg.Connection]
) -> None:
    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        connect(template)


def test_connections_that_a_build_left_open_are_ended(databases: Databases, prefix: str) -> None:
    left: list[psycopg.Connection] = []

    databases.template(DIGEST, prefix, lambda conninfo: left.append(psycopg.connect(conninfo)))

    with pytest.raises(psycopg.OperationalError):
        left[0].execute("SELECT 1")
    left[0].close()


def test_a_failing_build_leaves_nothing_and_names_its_cause(
    databases: Databases, prefix: str, exists: Callable[[str], bool]
) -> None:
    made: list[str] = []

    def build(conninfo: str) -> None:
        with psycopg.connect(conninfo) as connection:
            made.append(connection.info.dbname)
            connection.execute("SELECT no_such_column")

    with pytest.raises(SchemaError, match=r"UndefinedColumn.*no_such_column") as caught:
        databases.template(DIGEST, prefix, build)

    assert isinstance(caught.value.__cause__, psycopg.errors.UndefinedColumn)
    assert not exists(made[0])
    assert databases.template(DIGEST, prefix, build_nothing) == made[0]


@pytest.mark.parametrize("error", [SettingsError("wrong"), KeyboardInterrupt()])
def test_a_build_that_is_interrupted_or_explains_itself_raises_as_it_is(
    databases: Databases, prefix: str, exists: Callable[[str], bool], error: BaseException
) -> None:
    def build(conninfo: str) -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        databases.template(DIGEST, prefix, build)

    assert caught.value is error
    assert not exists(f"ff_{prefix}_{DIGEST[:12]}")


def test_what_a_killed_process_left_half_built_is_built_anew(
    databases: Databases,
    prefix: str,
    start_peer: Callable[[], Peer],
    connect: Callable[[str], psycopg.Connection],
) -> None:
    peer = start_peer()
    assert peer.ask(f"template {DIGEST} {prefix}") == "building"
    peer.kill()

    name = databases.template(DIGEST, prefix, build_nothing)

    clone = connect(databases.clone(name, f"{prefix}_clone"))
    assert clone.execute("SELECT to_regclass('made_by_peer')").fetchone() == (None,)


def test_another_builder_is_waited_for(
    databases: Databases,
    prefix: str,
    registry: str,
    start_peer: Callable[[], Peer],
    admin: psycopg.Connection,
) -> None:
    peer = start_peer()
    assert peer.ask(f"template {DIGEST} {prefix}") == "building"
    built: list[str] = []
    names: list[str] = []
    waiting = threading.Thread(
        target=lambda: names.append(databases.template(DIGEST, prefix, built.append))
    )

    waiting.start()
    query = (
        "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        "WHERE d.datname = %s AND NOT l.granted"
    )
    while waiting.is_alive() and not admin.execute(query, [registry]).fetchone():
        time.sleep(0.01)
    name = peer.ask("go")
    waiting.join()

    assert (names, built) == ([name], [])


def test_a_template_that_somebody_dropped_is_built_anew(
    databases: Databases, prefix: str, template: str, admin: psycopg.Connection
) -> None:
    admin.execute(f"ALTER DATABASE {template} IS_TEMPLATE false")
    admin.execute(f"DROP DATABASE {template}")
    built: list[str] = []

    databases.template("0" * 64, prefix, built.append)

    assert len(built) == 1


def test_a_strangers_database_of_a_templates_name_is_left_alone(
    databases: Databases,
    prefix: str,
    admin: psycopg.Connection,
    connect: Callable[[str], psycopg.Connection],
) -> None:
    name = f"ff_{prefix}_{DIGEST[:12]}"
    admin.execute(f"CREATE DATABASE {name}")
    connect(name).execute("CREATE TABLE precious ()")

    with pytest.raises(ForeignDatabaseError, match="1 table, such as precious"):
        databases.template(DIGEST, prefix, build_nothing)

    assert connect(name).execute("SELECT FROM precious").fetchall() == []


def test_a_template_does_not_hold_what_a_site_put_into_template1(
    databases: Databases, prefix: str
) -> None:
    held: list[object] = []

    def build(conninfo: str) -> None:
        with psycopg.connect(conninfo) as connection:
            query = "SELECT count(*), current_setting('server_encoding') FROM pg_class "
            held.append(connection.execute(query + "WHERE oid >= 16384").fetchone())

    databases.template(DIGEST, prefix, build)

    assert held == [(0, "UTF8")]
