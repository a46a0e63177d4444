"""Scenarios seeded a second time, and tests that stand on one."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from benchmarks import projects
from benchmarks.harness import AtMostTimes, Figure, interleaved
from benchmarks.runs import OTHERS, run
from benchmarks.seeding import seconds_of_seeding, serving
from benchmarks.server import TABLE
from benchmarks.suites import BACKEND
from factoryfloor import open_floor
from factoryfloor.scenarios import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factoryfloor.scenarios import Snapshot

ROUNDS = 15
LARGE = 100_000  # rows of the month that is measured, at least
OURS, BARE = "Snapshots.clone", "CREATE DATABASE … TEMPLATE … STRATEGY FILE_COPY"
HTTP = "POST /api/v1/test/seed"
MARKED, PLAIN = "with @pytest.mark.scenario", "without"
TESTS = 150
CONFIGURED = projects.FILAOPS.replace(
    'factories = ["tests.factories"]',
    'factories = ["tests.factories"]\nscenarios = ["tests.scenarios"]',
)


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Clones by the registry's own call beside bare ones; suites of one test, marked and not."""
    here = Path.cwd()
    os.chdir(BACKEND)
    try:
        with open_floor(TABLE) as floor:
            snapshots = Snapshots(floor)
            found = [_seeded(snapshots, name, None, rounds) for name in snapshots.catalogue.names]
            found.append(_seeded(snapshots, "busy-month", _scale(snapshots), rounds))
            found.append(_over_http(snapshots, "full-demand-chain", rounds))
    finally:
        os.chdir(here)
    return [*found, _standing(max(3, rounds // 3))]


def _scale(snapshots: Snapshots) -> int:
    """How busy a month has to be to have as many rows as are to be measured."""
    scenario = snapshots.catalogue.find("busy-month")
    rows = snapshots.snapshot(scenario.name).record.rows
    return -(-LARGE * (scenario.scale or 1) // rows) + 1


def _seeded(snapshots: Snapshots, name: str, scale: int | None, rounds: int) -> Figure:
    snapshot = snapshots.snapshot(name, scale)
    with _bare_clone(snapshots, snapshot) as bare:
        samples = interleaved({OURS: _clone(snapshots, name, scale), BARE: bare}, rounds)
    what = f"{name} ({snapshot.record.rows:,} rows), seeded the second time"
    return Figure(what, samples, OURS, BARE, AtMostTimes(1.5))


def _clone(snapshots: Snapshots, name: str, scale: int | None) -> Callable[[], float]:
    databases = snapshots._floor.project._databases

    def clone() -> float:
        start = time.perf_counter()
        made = snapshots.clone(snapshots.snapshot(name, scale), "benchmark_seeded")
        taken = time.perf_counter() - start
        databases.drop(made)
        return taken

    return clone


def _over_http(snapshots: Snapshots, name: str, rounds: int) -> Figure:
    with _bare_clone(snapshots, snapshots.snapshot(name)) as bare, serving() as client:
        seconds_of_seeding(client, name)
        ways = {HTTP: lambda: seconds_of_seeding(client, name), BARE: bare}
        samples = interleaved(ways, rounds)
    return Figure(f"{name}, seeded the second time over HTTP", samples, HTTP, BARE)


@contextlib.contextmanager
def _bare_clone(snapshots: Snapshots, snapshot: Snapshot) -> Iterator[Callable[[], float]]:
    server = snapshots._floor.server
    made, template = sql.Identifier("benchmark_bare"), sql.Identifier(snapshot.template)
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(made, template)
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(made)
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(drop)

        def clone() -> float:
            start = time.perf_counter()
            connection.execute(create)
            taken = time.perf_counter() - start
            connection.execute(drop)
            return taken

        yield clone


def _standing(rounds: int) -> Figure:
    """The median test that makes a vendor; the copy for the worker is made before the first."""
    head = "import pytest\nfrom app.models import Vendor"
    mark = f'{head}\npytestmark = pytest.mark.scenario("basic")'
    configuration = CONFIGURED.format(backend=BACKEND)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def suite(name: str, head: str) -> Path:
            return projects.write(
                folder / name, projects.VENDOR, TESTS, head=head, configuration=configuration
            )

        marked, plain = suite("marked", mark), suite("plain", head)
        ways = {
            MARKED: lambda: run(marked, without=OTHERS).warm_test,
            PLAIN: lambda: run(plain, without=OTHERS).warm_test,
        }
        interleaved(ways, 1)  # templates are built, all modules are compiled
        samples = interleaved(ways, rounds)
    return Figure("a test on a scenario", samples, MARKED, PLAIN, AtMostTimes(1.1))
