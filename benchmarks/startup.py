"""FilaOps' suite from `pytest` to its first test, when server and template are there."""

from __future__ import annotations

import json
import re
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.harness import Figure, interleaved
from benchmarks.parts import FILE, PARTS
from benchmarks.runs import ROOT, WITHOUT_US, run
from benchmarks.timing import STOP

ROUNDS = 5
OURS, PEER = "factoryfloor", "bare pytest that collects the same files"
BACKEND = ROOT / "backend"
PACKAGES = (
    "pytest", "factoryfloor", "pytest_factoryboy", "factory", "faker", "sqlalchemy", "psycopg",
    "fastapi", "starlette", "pydantic", "httpx", "app", "tests", "hypothesis",
)  # fmt: skip
IMPORT = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", re.MULTILINE)


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """The first test of FilaOps' suite needs a database; every run but a first finds the server."""
    ways = {OURS: _first_test, PEER: _collected}
    interleaved(ways, 1)  # the template is built, all modules are compiled
    samples = interleaved(ways, rounds)
    parts = _phases(rounds) | _imports(rounds)
    return [
        Figure("FilaOps' suite, second run, to the first test", samples, OURS, PEER, parts=parts)
    ]


def _first_test() -> float:
    """Until its fixtures are made; then the run stops."""
    return run(BACKEND, without=("randomly",), environment={STOP: "1"}).moments["first call"]


def _collected() -> float:
    run_without = ("randomly", *WITHOUT_US)
    return run(BACKEND, "--collect-only", without=run_without).moments["collected"]


def _phases(rounds: int) -> dict[str, float]:
    taken: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "parts.json"
        for _ in range(rounds):
            options = ("-p", "benchmarks.parts")
            run(BACKEND, *options, without=("randomly",), environment={STOP: "1", FILE: str(file)})
            for part, seconds in json.loads(file.read_text(encoding="utf-8")).items():
                taken[part].append(seconds)
    return {part: statistics.median(taken[part]) for part in PARTS if taken[part]}


def _imports(rounds: int) -> dict[str, float]:
    """What executing each package's own modules takes, by `python -X importtime`."""
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        sums: dict[str, float] = defaultdict(float)
        traced = ("-X", "importtime")
        done = run(
            BACKEND, "--capture=no", without=("randomly",), python=traced, environment={STOP: "1"}
        )
        for microseconds, module in IMPORT.findall(done.stderr):
            sums[_package(module)] += int(microseconds) / 1e6
        for package, seconds in sums.items():
            taken[package].append(seconds)
    return {package: statistics.median(seconds) for package, seconds in taken.items()}


def _package(module: str) -> str:
    top = module.split(".")[0]
    found = {"_pytest": "pytest", "psycopg_binary": "psycopg", "pydantic_core": "pydantic"}
    package = found.get(top, top)
    return f"import of {package}" if package in PACKAGES else "import of everything else"
