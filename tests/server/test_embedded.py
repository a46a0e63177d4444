"""The embedded server is shared, starts when it is needed, and leaves nothing behind."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.errors import ServerUnreachableError
from factoryfloor.server import EmbeddedServer, Server, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    Ended = Callable[..., None]

JOIN = """
from factoryfloor.server import EmbeddedServer
server = EmbeddedServer()
server.ensure()
print(server.status().server)
"""
BROKEN = """#!/bin/sh
[ "$1" = --version ] && echo "postgres (PostgreSQL) 17.0" || { echo no luck >&2; exit 1; }
"""


def query(server: Server, statement: str) -> object:
    with psycopg.connect(server.address.conninfo(server.maintenance)) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def status_of(server: EmbeddedServer) -> Status:
    status = server.status()
    assert status is not None
    return status


def test_its_address_is_known_before_anything_runs_or_is_made(runtime: Path) -> None:
    server = EmbeddedServer()

    assert server.address.host.startswith(str(runtime))
    assert not server.running()
    assert list(runtime.iterdir()) == []


def test_it_starts_and_answers(own_server: EmbeddedServer) -> None:
    assert query(own_server, "SELECT 1") == 1


def test_it_forgoes_durability_and_speaks_utf8_and_utc(own_server: EmbeddedServer) -> None:
    for name, value in {"fsync": "off", "server_encoding": "UTF8", "TimeZone": "UTC"}.items():
        assert query(own_server, f"SHOW {name}") == value


def test_an_older_version_is_another_server(
    no_choice: None, runtime: Path, own_server: EmbeddedServer
) -> None:
    older = EmbeddedServer(version=16)
    older.ensure()

    version = query(older, "SHOW server_version")
    older.stop()

    assert str(version).startswith("16.")
    assert own_server.running()


def test_another_process_joins_the_same_server(own_server: EmbeddedServer) -> None:
    done = subprocess.run([sys.executable, "-c", JOIN], capture_output=True, text=True, check=True)

    assert int(done.stdout) == status_of(own_server).server


def test_ten_processes_at_once_share_one_server(runtime: Path) -> None:
    command = [sys.executable, "-c", JOIN]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(10)]

    said = [process.communicate()[0] for process in processes]
    EmbeddedServer().stop()

    assert len(set(said)) == 1
    assert said[0].strip().isdigit()


def test_ten_threads_at_once_share_one_server(runtime: Path) -> None:
    def join(_: int) -> int:
        server = EmbeddedServer()
        server.ensure()
        return status_of(server).server

    with ThreadPoolExecutor(10) as pool:
        pids = set(pool.map(join, range(10)))
    EmbeddedServer().stop()

    assert len(pids) == 1


def test_a_forked_process_joins_too(own_server: EmbeddedServer) -> None:
    child = multiprocessing.get_context("fork").Process(target=own_server.ensure)
    child.start()
    child.join()

    assert child.exitcode == 0


def test_it_leaves_when_idle_with_no_process_and_no_file(runtime: Path, ended: Ended) -> None:
    server = EmbeddedServer(idle_timeout=0.3)
    server.ensure()
    status = status_of(server)

    ended(status.pid, status.server)

    assert not server.running()
    assert not status.data.exists()
    assert list(runtime.iterdir()) == []


def test_it_stays_while_a_client_is_connected(runtime: Path, ended: Ended) -> None:
    server = EmbeddedServer(idle_timeout=0.2)
    server.ensure()
    status = status_of(server)

    with psycopg.connect(server.address.conninfo("postgres")) as connection:
        time.sleep(1)
        connection.execute("SELECT 1")

    ended(status.pid)


def test_it_starts_again_after_it_has_left(runtime: Path) -> None:
    server = EmbeddedServer()
    server.ensure()
    server.stop()

    server.ensure()

    assert query(server, "SELECT 1") == 1
    server.stop()


def test_stop_tells_whether_it_ran(own_server: EmbeddedServer) -> None:
    assert own_server.stop() is True
    assert own_server.stop() is False
    assert not own_server.running()


def test_its_socket_is_for_nobody_else(own_server: EmbeddedServer) -> None:
    folder = Path(own_server.address.host)

    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0


def test_errors_of_statements_do_not_fill_its_log(own_server: EmbeddedServer) -> None:
    log = Path(own_server.address.host) / "keeper.log"
    before = log.read_text()

    with pytest.raises(psycopg.errors.UndefinedTable):
        query(own_server, "SELECT * FROM missing")

    assert log.read_text() == before


def test_a_server_that_cannot_start_is_explained_by_its_log(runtime: Path) -> None:
    programs = runtime / "broken" / "bin"
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (programs / name).write_text(BROKEN)
        (programs / name).chmod(0o755)
    server = EmbeddedServer(binaries=programs)

    with pytest.raises(ServerUnreachableError, match=r"(?s)did not start.*\bno luck.*TEST_DATAB"):
        server.ensure()

    assert [each.name for each in runtime.iterdir()] == ["broken"]


def test_a_path_too_long_for_a_socket_is_refused(
    monkeypatch: pytest.MonkeyPatch, runtime: Path
) -> None:
    long = runtime / ("x" * 80)
    long.mkdir()
    monkeypatch.setenv("FACTORYFLOOR_RUNTIME_DIR", str(long))

    with pytest.raises(ServerUnreachableError, match="FACTORYFLOOR_RUNTIME_DIR to such a folder"):
        EmbeddedServer()
