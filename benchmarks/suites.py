"""Suites as pytest runs them: what a test costs, and the plugin where it does nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import projects
from benchmarks.ground import prepared
from benchmarks.harness import AtMostMore, AtMostTimes, Figure, TimesFaster, interleaved
from benchmarks.runs import DEPENDENCIES, OTHERS, ROOT, run

if TYPE_CHECKING:
    from benchmarks.ground import Ground

ROUNDS = 5
FEW = 20  # tests that each make and drop the tables
BACKEND = ROOT / "backend"
FILAOPS = projects.FILAOPS.format(backend=BACKEND)
OURS = "factoryfloor"
PEERS = (*OTHERS, "factoryfloor")


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Each sample is a run of pytest; the peers run with the same other plugins."""
    with tempfile.TemporaryDirectory() as name, prepared() as ground:
        folder = Path(name)
        return [
            *_with_an_insert(folder, ground, rounds),
            *_without_database(folder, rounds),
            _three_hundred(folder, ground, max(1, rounds // 2)),
            _unconfigured(folder, rounds * 3),
        ]


def _with_an_insert(folder: Path, ground: Ground, rounds: int) -> list[Figure]:
    head = "from benchmarks.models import Customer"
    configured = projects.CONFIGURED
    ours = projects.write(folder / "ours", projects.ORM, head=head, configuration=configured)
    bare = projects.write(folder / "bare", projects.PSYCOPG, conftest=projects.BARE_CONFTEST)
    conftest = projects.RECIPE_CONFTEST
    by_hand = projects.write(folder / "recipe", projects.ORM, head=head, conftest=conftest)
    url = {projects.URL: ground.url}
    psycopg, recipe = "the same by psycopg alone", "SQLAlchemy's savepoint recipe"
    ways = {
        OURS: lambda: run(ours, without=OTHERS).warm_test,
        psycopg: lambda: run(bare, without=PEERS, environment=url).warm_test,
        recipe: lambda: run(by_hand, without=PEERS, environment=url).warm_test,
    }
    samples = interleaved(ways, rounds)
    what = "a test with db and one INSERT by the ORM"
    return [
        Figure(what, samples, OURS, psycopg, AtMostTimes(4)),
        Figure(what, samples, OURS, recipe, AtMostTimes(1)),
    ]


def _without_database(folder: Path, rounds: int) -> list[Figure]:
    """With FilaOps' factories."""
    ours = projects.write(folder / "idle", projects.EMPTY, configuration=FILAOPS)
    empty = projects.write(folder / "empty", projects.EMPTY)
    peer = "an empty test"
    bare = "an empty test, without the plugins of pytest-factoryboy and Faker too"
    ways = {
        OURS: lambda: run(ours, without=OTHERS).warm_test,
        peer: lambda: run(empty, without=PEERS).warm_test,
        bare: lambda: run(empty, without=(*PEERS, *DEPENDENCIES)).warm_test,
    }
    samples = interleaved(ways, rounds)
    _expect_no_server(ours)
    what = "a test that does not touch the database"
    return [
        Figure(what, samples, OURS, peer, AtMostMore(60e-6)),
        Figure(what, samples, OURS, bare),
    ]


def _expect_no_server(suite: Path) -> None:
    """Raise RuntimeError where a run of this suite starts a server."""
    with tempfile.TemporaryDirectory(prefix="ff-") as runtime:
        Path(runtime).chmod(0o1777)
        run(suite, without=OTHERS, environment={"FACTORYFLOOR_RUNTIME_DIR": runtime})
        started = list(Path(runtime).rglob(".s.PGSQL.*"))
    if started:
        raise RuntimeError(f"a run without a database has started a server: {started}")


def _three_hundred(folder: Path, ground: Ground, rounds: int) -> Figure:
    """The mean of all tests, so that ours includes joining the server and cloning."""
    head = "from app.models import Vendor"
    ours = projects.write(folder / "vendors", projects.VENDOR, head=head, configuration=FILAOPS)
    conftest = projects.TABLES_CONFTEST.replace("{backend!r}", repr(str(BACKEND)))
    made = projects.write(folder / "tables", projects.VENDOR, FEW, head=head, conftest=conftest)
    peer = "FilaOps' tables made and dropped for each"
    with ground.floor.scratch() as url:
        ways = {
            OURS: lambda: run(ours, without=OTHERS).mean_test,
            peer: lambda: run(made, without=PEERS, environment={projects.URL: url}).mean_test,
        }
        interleaved(ways, 1)  # the template is built, all modules are compiled
        samples = interleaved(ways, rounds)
    what = f"each of {projects.TESTS} database tests, the clone included"
    return Figure(what, samples, OURS, peer, TimesFaster(30))


def _unconfigured(folder: Path, rounds: int) -> Figure:
    """The whole process's processor time, which other processes disturb less."""
    suite = projects.write(folder / "plain", projects.EMPTY, 1)
    peer = "the same without the plugin"
    others = (*OTHERS, *DEPENDENCIES)
    ways = {
        OURS: lambda: run(suite, without=others).processor,
        peer: lambda: run(suite, without=(*others, "factoryfloor")).processor,
    }
    what = "an unconfigured suite, from start to end"
    return Figure(what, interleaved(ways, rounds), OURS, peer, AtMostMore(5e-3))
