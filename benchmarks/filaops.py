"""FilaOps' whole suite: what its median test costs, and what a second worker saves."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks import projects
from benchmarks.harness import AtMostTimes, Figure, interleaved
from benchmarks.runs import run
from benchmarks.suites import BACKEND, FILAOPS

ROUNDS = 3
# no order but the file's, and nothing that is kept from one run for the next
WITHOUT = ("randomly", "cacheprovider", "pytest_cov", "schemathesis")
SUITE = "FilaOps' tests"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Each sample is a run of the whole suite, or of as many empty tests as are worth a median."""
    with tempfile.TemporaryDirectory() as name:
        empty = projects.write(Path(name) / "empty", projects.EMPTY, configuration=FILAOPS)
        return [_median_test(empty, rounds), _second_worker(rounds)]


def _median_test(empty: Path, rounds: int) -> Figure:
    peer = "empty tests beside the same plugins and factories"
    ways = {
        SUITE: lambda: statistics.median(run(BACKEND, without=WITHOUT).tests),
        peer: lambda: run(empty, without=WITHOUT).warm_test,
    }
    return Figure("the median test", interleaved(ways, rounds), SUITE, peer, AtMostTimes(8))


def _second_worker(rounds: int) -> Figure:
    two, one = "with -n 2", "in one process"
    ways = {
        two: lambda: run(BACKEND, "-n", "2", without=WITHOUT).elapsed,
        one: lambda: run(BACKEND, without=WITHOUT).elapsed,
    }
    return Figure("the whole suite, from start to end", interleaved(ways, rounds), two, one)
