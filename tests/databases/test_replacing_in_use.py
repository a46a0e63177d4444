"""A database is replaced while others use it, replace it too, or die at it."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.errors import ForeignDatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.databases import Databases
    from tests.databases.conftest import Peer

    Connect = Callable[..., psycopg.Connection]
    Open = Callable[..., Databases]
    Names = Callable[[], set[str]]


@pytest.fixture
def put(databases: Databases, filled: str, prefix: str) -> Callable[..., None]:
    """Puts a clone with a row in the place of the database of this name."""

    def put(name: str, *, adopt: bool = False) -> None:
        databases.replacing.put(databases.clone(filled, f"{prefix}_new"), name, adopt=adopt)

    return put


def rows(connection: psycopg.Connection) -> int:
    (found,) = connection.execute("SELECT count(*) FROM thing").fetchone() or (None,)
    assert isinstance(found, int)
    return found


def test_who_is_connected_and_does_nothing_is_disconnected(
    ours: str, put: Callable[[str], None], connect: Connect
) -> None:
    pooled = [connect(ours) for _ in range(3)]

    put(ours)

    for each in pooled:
        with pytest.raises(psycopg.OperationalError, match="terminating connection"):
            rows(each)
    assert rows(connect(ours)) == 1


def test_a_transaction_that_is_under_way_is_waited_for(
    ours: str, put: Callable[[str], None], connect: Connect, admin: psycopg.Connection
) -> None:
    working = connect(ours)
    working.execute("BEGIN; INSERT INTO thing VALUES (7)")
    renaming = (
        "SELECT FROM pg_stat_activity WHERE starts_with(query, 'ALTER DATABASE') AND query ~ %s"
    )

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(put, ours)
        while not admin.execute(renaming, [ours]).rowcount:
            time.sleep(0.01)
        working.execute("COMMIT")
        done.result()

    assert rows(connect(ours)) == 1


def test_a_transaction_that_does_not_end_is_named_and_nothing_changes(
    databases: Databases, ours: str, put: Callable[[str], None], connect: Connect, names: Names
) -> None:
    working = connect(ours)
    working.execute("BEGIN; INSERT INTO thing VALUES (7)")

    with pytest.raises(ForeignDatabaseError) as caught:
        put(ours)

    assert f"{working.info.backend_pid} (idle in transaction)" in str(caught.value)
    working.execute("COMMIT")
    databases.close()
    assert rows(working) == 1
    assert names() == {ours}


def test_of_two_at_once_both_come_through(
    open_databases: Open, filled: str, ours: str, names: Names, connect: Connect
) -> None:
    everybody = [open_databases() for _ in range(3)]
    clones = [each.clone(filled, f"{ours}_{n}") for n, each in enumerate(everybody)]
    ready = threading.Barrier(len(everybody))

    def come(databases: Databases, clone: str) -> None:
        ready.wait()
        databases.replacing.put(clone, ours)
        databases.close()

    with ThreadPoolExecutor(len(everybody)) as pool:
        list(pool.map(come, everybody, clones))

    open_databases().clean(ours)
    assert names() == {ours}
    assert rows(connect(ours)) == 1


def test_killed_at_any_moment_it_leaves_a_whole_database_and_what_a_later_run_drops(
    start_peer: Callable[[], Peer],
    open_databases: Open,
    filled: str,
    ours: str,
    prefix: str,
    names: Names,
    connect: Connect,
) -> None:
    chosen = random.Random(5)
    for _ in range(8):
        peer = start_peer()
        peer.ask(f"replace {filled} {ours}")
        peer.tell(f"replace {filled} {ours}")
        time.sleep(chosen.uniform(0, 0.04))

        peer.kill()

        assert ours in names()
        assert rows(connect(ours)) == 1
    later = open_databases()
    later.clean(prefix)
    assert names() == {ours}
