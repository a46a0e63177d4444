"""Whatever is killed, nothing is left for good, and the next start succeeds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.errors import ServerUnreachableError
from factoryfloor.server import EmbeddedServer, Status
from factoryfloor.server.keeper import homes
from factoryfloor.server.keeper.lockfile import LockFile

if TYPE_CHECKING:
    from collections.abc import Callable

    Ended = Callable[..., None]


CLIENT = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1])
connection.execute("CREATE TABLE locked ()")
connection.execute(sys.argv[2])
sys.stdin.read()
"""


def status_of(server: EmbeddedServer) -> Status:
    status = server.status()
    assert status is not None
    return status


def assert_answers(server: EmbeddedServer) -> None:
    with psycopg.connect(server.address.conninfo("postgres")) as connection:
        connection.execute("SELECT 1")


def memory_of(status: Status) -> str:
    """The id of the server's System V shared memory."""
    found = LockFile.read(status.data / "data")
    assert found is not None
    return found.memory


def has_memory(number: str) -> bool:
    return (
        subprocess.run(["ipcs", "-m", "-i", number], capture_output=True, check=False).stdout != b""
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_killed_keeper_takes_the_server_along(own_server: EmbeddedServer, ended: Ended) -> None:
    status = status_of(own_server)

    os.kill(status.pid, signal.SIGKILL)

    ended(status.pid, status.server)
    assert not own_server.running()


def test_the_next_start_replaces_a_killed_keeper(own_server: EmbeddedServer, ended: Ended) -> None:
    killed = status_of(own_server)
    os.kill(killed.pid, signal.SIGKILL)
    ended(killed.pid)

    own_server.ensure()

    assert status_of(own_server).server != killed.server
    assert_answers(own_server)
    assert not killed.data.exists()


def test_a_killed_keepers_server_does_not_count_as_running_while_another_clears_up(
    own_server: EmbeddedServer, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = status_of(own_server)
    os.kill(killed.pid, signal.SIGKILL)
    ended(killed.pid)
    seen: list[bool] = []
    account = killed.data.stat().st_uid

    with monkeypatch.context() as patching:
        patching.setattr(homes, "_end_orphan", lambda *_: seen.append(own_server.running()))
        patching.setattr("os.geteuid", lambda: account)  # as its keeper would
        homes.sweep(os.getuid())

    assert seen == [False]
    assert not killed.data.exists()


def test_another_server_of_the_user_clears_up_too(
    no_choice: None, own_server: EmbeddedServer
) -> None:
    killed = status_of(own_server)
    os.kill(killed.pid, signal.SIGKILL)
    other = EmbeddedServer(version=16)

    other.ensure()

    other.stop()
    assert not killed.data.exists()


def test_a_keeper_of_a_killed_server_leaves_without_a_trace(
    own_server: EmbeddedServer, runtime: Path, ended: Ended
) -> None:
    status = status_of(own_server)

    os.kill(status.server, signal.SIGKILL)

    ended(status.pid, status.server)
    assert not status.data.exists()
    assert list(runtime.iterdir()) == []


def test_the_next_start_replaces_a_killed_server(own_server: EmbeddedServer, ended: Ended) -> None:
    killed = status_of(own_server)
    os.kill(killed.server, signal.SIGKILL)
    ended(killed.server)

    own_server.ensure()

    assert status_of(own_server).server != killed.server
    assert_answers(own_server)


def test_a_server_whose_keeper_is_told_to_end_ends(
    own_server: EmbeddedServer, runtime: Path, ended: Ended
) -> None:
    status = status_of(own_server)

    with psycopg.connect(own_server.address.conninfo("postgres")):
        os.kill(status.pid, signal.SIGTERM)
        ended(status.pid, status.server)

    assert list(runtime.iterdir()) == []


def test_a_server_whose_socket_was_removed_is_replaced(own_server: EmbeddedServer) -> None:
    lost = status_of(own_server)
    (Path(own_server.address.host) / ".s.PGSQL.5432").unlink()

    own_server.ensure()

    assert status_of(own_server).server != lost.server
    assert_answers(own_server)


def test_a_server_whose_folder_was_removed_leaves(own_server: EmbeddedServer, ended: Ended) -> None:
    status = status_of(own_server)
    for file in Path(own_server.address.host).iterdir():
        file.unlink()
    Path(own_server.address.host).rmdir()

    ended(status.pid, status.server)

    assert not status.data.exists()


def test_a_damaged_cached_cluster_is_made_anew(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORYFLOOR_CACHE_DIR", str(runtime / "cache"))
    server = EmbeddedServer()
    server.ensure()
    server.stop()
    for control in runtime.glob("cache/clusters/*/global/pg_control"):
        control.write_bytes(b"")
    with pytest.raises(ServerUnreachableError, match="did not start"):
        server.ensure()

    server.ensure()

    assert_answers(server)
    server.stop()


@pytest.mark.parametrize("query", ["SELECT 1", "SELECT pg_sleep(3600)"])
def test_a_client_killed_in_a_transaction_counts_no_more(
    runtime: Path, ended: Ended, query: str
) -> None:
    server = EmbeddedServer(idle_timeout=0.3)
    server.ensure()
    status = status_of(server)
    address = server.address.conninfo("postgres")
    with psycopg.connect(address, autocommit=True) as watcher:
        command = [sys.executable, "-c", CLIENT, address, query]
        client = subprocess.Popen(command, stdin=subprocess.PIPE)
        while not watcher.execute(
            "SELECT FROM pg_stat_activity WHERE query = %s", [query]
        ).rowcount:
            time.sleep(0.01)

        client.kill()
        client.communicate()

    ended(status.pid, status.server)
    assert list(runtime.iterdir()) == []


def kill_server(status: Status) -> None:
    os.kill(status.server, signal.SIGKILL)


def kill_keeper(status: Status) -> None:
    os.kill(status.pid, signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_server, kill_keeper])
def test_no_shared_memory_of_a_killed_server_stays(
    own_server: EmbeddedServer, ended: Ended, kill: Callable[[Status], None]
) -> None:
    status = status_of(own_server)
    memory = memory_of(status)
    there = has_memory(memory)

    kill(status)
    ended(status.pid)
    own_server.ensure()

    assert there
    assert not has_memory(memory)
