"""The embedded server started and joined, and databases cloned on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import psycopg
from psycopg import sql

from benchmarks.harness import AtMostTimes, Figure, Within, interleaved, repeated
from factoryfloor.adoption import set_environment
from factoryfloor.databases import Databases
from factoryfloor.floor import Floor
from factoryfloor.server import EmbeddedServer
from factoryfloor.server.account import server_account
from factoryfloor.server.binaries import find_binaries
from factoryfloor.server.caches import reachable
from factoryfloor.server.keeper.cluster import INITDB
from factoryfloor.server.keeper.postmaster import SETTINGS
from factoryfloor.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.harness import Samples

ROUNDS = 20
TIMES = 10
TABLE = Path(__file__).parents[1] / "backend" / "pyproject.toml"
SHARED_MEMORY = Path("/dev/shm")
COLD, BARE_START = "factoryfloor", "cp -R of a data directory, postgres, first query"
JOIN, ENSURE, CONNECT = "join, connect, SELECT 1", "the join alone", "connect, SELECT 1"
CLONE, BARE_CLONE = "Databases.clone", "CREATE DATABASE … STRATEGY FILE_COPY"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """All figures of the server."""
    start, join, clones = cold_start(rounds), joining(rounds), cloning(rounds)
    return [
        Figure("cold server to first query", start, COLD, BARE_START, AtMostTimes(1.5)),
        Figure("joining a running server", join, ENSURE, target=Within(0.01)),
        Figure("joining a running server, to first query", join, JOIN, CONNECT),
        Figure("clone of FilaOps' schema", clones, CLONE, BARE_CLONE, AtMostTimes(1.2)),
    ]


def cold_start(rounds: int) -> Samples:
    """Seconds until a server that did not run has answered; programs and data are cached."""
    with contextlib.ExitStack() as stack:
        runtime = stack.enter_context(_folder(Path("/tmp")))
        memory = stack.enter_context(_folder(SHARED_MEMORY))
        stack.enter_context(patch.dict(os.environ, FACTORYFLOOR_RUNTIME_DIR=str(runtime)))
        ways = {COLD: _cold, BARE_START: _bare_start(runtime, memory)}
        for way in ways.values():
            way()
        return interleaved(ways, rounds)


def joining(rounds: int) -> Samples:
    """Seconds until a server that runs has been found, and has answered."""
    EmbeddedServer().ensure()
    address = EmbeddedServer().address.conninfo("postgres")

    def join() -> None:
        server = EmbeddedServer()
        server.ensure()
        _first_query(server.address.conninfo("postgres"))

    ways = {
        JOIN: join,
        ENSURE: lambda: EmbeddedServer().ensure(),
        CONNECT: lambda: _first_query(address),
    }
    return interleaved({name: repeated(way, TIMES) for name, way in ways.items()}, rounds)


def cloning(rounds: int) -> Samples:
    """Seconds for a copy of the template of FilaOps' schema; dropping it again does not count."""
    settings = load(TABLE)
    floor = Floor(settings, run=uuid.uuid4().hex)
    unset = set_environment(floor.environment, settings.pythonpath)
    databases = Databases(floor.server)
    schema = floor.application.schema
    template = databases.template(schema.digest(), "benchmark", schema.build)
    name = f"benchmark_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(floor.server.address.conninfo("postgres"), autocommit=True) as admin:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        create = copy.format(sql.Identifier(f"{name}_bare"), sql.Identifier(template))
        drop = sql.SQL("DROP DATABASE {}").format(sql.Identifier(f"{name}_bare"))
        ways = {
            CLONE: _timed(lambda: databases.clone(template, name), lambda: databases.drop(name)),
            BARE_CLONE: _timed(lambda: admin.execute(create), lambda: admin.execute(drop)),
        }
        for way in ways.values():
            way()
        taken = interleaved(ways, rounds)
        databases.drop(template)
    databases.close()
    unset()
    return taken


def _timed(run: Callable[[], object], undo: Callable[[], object]) -> Callable[[], float]:
    def way() -> float:
        start = time.perf_counter()
        run()
        taken = time.perf_counter() - start
        undo()
        return taken

    return way


def _cold() -> float:
    start = time.perf_counter()
    server = EmbeddedServer()
    server.ensure()
    _first_query(server.address.conninfo("postgres"))
    taken = time.perf_counter() - start
    server.stop()
    return taken


def _bare_start(runtime: Path, memory: Path) -> Callable[[], float]:
    """The least that a start takes: one copy, one process, and asking until it answers."""
    account = server_account()
    programs = reachable(find_binaries(), account, runtime).programs / "bin"
    become: dict[str, Any] = {"user": account.uid, "group": account.gid}
    options: dict[str, Any] = become if os.geteuid() == 0 else {}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    cached, data = runtime / "cached", memory / "data"
    subprocess.run([programs / "initdb", *INITDB, "--locale=C", cached], check=True, **quiet)
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    postgres: list[str | Path] = [programs / "postgres", "-D", data, "-k", memory]

    def way() -> float:
        start = time.perf_counter()
        subprocess.run(["cp", "-R", cached, data], check=True, **options)
        process = subprocess.Popen([*postgres, *settings], **quiet)
        while not _answers(memory):
            time.sleep(0.001)
        taken = time.perf_counter() - start
        process.send_signal(signal.SIGINT)
        process.wait()
        shutil.rmtree(data)
        return taken

    return way


def _answers(folder: Path) -> bool:
    if not (folder / ".s.PGSQL.5432").exists():
        return False
    try:
        _first_query(f"host={folder} user=postgres dbname=postgres")
    except psycopg.OperationalError:  # it listens, and is not ready
        return False
    return True


def _first_query(address: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("SELECT 1")


@contextlib.contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """A folder that the account of the server can write to, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="ff-", dir=parent))
    folder.chmod(0o1777)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
