"""Scenarios seeded a second time, and tests that stand on one."""

from __future__ import annotations

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
    from typing import Self

    from factoryfloor.floor import Floor

ROUNDS = 15
LARGE = 100_000  # rows of the month that is measured, at least
OURS, BARE = "Snapshots.clone", "CREATE DATABASE … TEMPLATE … STRATEGY FILE_COPY"
HTTP = "POST /api/v1/test/seed"
MARKED, PLAIN = "with @pytest.mark.scenario", "without"
TESTS = 150
_CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
CONFIGURED = projects.FILAOPS.replace(
    'factories = ["tests.factories"]',
    'factories = ["tests.factories"]\nscenarios = ["tests.scenarios"]',
)


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Clones by the registry's own call beside bare ones; suites of one test, marked and not."""
    here = Path.cwd()
    os.chdir(BACKEND)
    try:
        with open_floor(TABLE) as floor, Clones(floor) as clones:
            names = clones.snapshots.catalogue.names
            found = [_seeded(clones, name, None, rounds) for name in names]
            found.append(_seeded(clones, "busy-month", _scale(clones.snapshots), rounds))
            found.append(_over_http(clones, "full-demand-chain", rounds))
    finally:
        os.chdir(here)
    return [*found, _standing(max(3, rounds // 3))]


class Clones:
    """Databases cloned and dropped again, by the registry's own call and by PostgreSQL's."""

    def __init__(self, floor: Floor) -> None:
        self.snapshots = Snapshots(floor)
        floor.server.ensure()
        address = floor.server.address.conninfo("postgres")
        self._connection = psycopg.connect(address, autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ours(self, name: str, scale: int | None) -> float:
        """The seconds that asking for a scenario takes, the drop of it aside."""
        start = time.perf_counter()
        made = self.snapshots.clone(self.snapshots.snapshot(name, scale), "benchmark_seeded")
        taken = time.perf_counter() - start
        self._drop(made)
        return taken

    def bare(self, template: str) -> float:
        """The seconds that a statement takes which copies the same."""
        made, source = sql.Identifier("benchmark_bare"), sql.Identifier(template)
        start = time.perf_counter()
        self._connection.execute(_CREATE.format(made, source))
        taken = time.perf_counter() - start
        self._drop("benchmark_bare")
        return taken

    def _drop(self, name: str) -> None:
        self._connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _scale(snapshots: Snapshots) -> int:
    """How busy a month has to be to have as many rows as are to be measured."""
    scenario = snapshots.catalogue.find("busy-month")
    rows = snapshots.snapshot(scenario.name).record.rows
    return -(-LARGE * (scenario.scale or 1) // rows) + 1


def _seeded(clones: Clones, name: str, scale: int | None, rounds: int) -> Figure:
    snapshot = clones.snapshots.snapshot(name, scale)
    ways = {
        OURS: lambda: clones.ours(name, scale),
        BARE: lambda: clones.bare(snapshot.template),
    }
    samples = interleaved(ways, rounds)
    what = f"{name} ({snapshot.record.rows:,} rows), seeded the second time"
    return Figure(what, samples, OURS, BARE, AtMostTimes(1.5))


def _over_http(clones: Clones, name: str, rounds: int) -> Figure:
    template = clones.snapshots.snapshot(name).template
    with serving() as client:
        seconds_of_seeding(client, name)
        ways = {
            HTTP: lambda: seconds_of_seeding(client, name),
            BARE: lambda: clones.bare(template),
        }
        samples = interleaved(ways, rounds)
    return Figure(f"{name}, seeded the second time over HTTP", samples, HTTP, BARE)


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
