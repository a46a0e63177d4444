"""The suites, run in an environment on a server."""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .environments import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUITES = {"library": ROOT, "FilaOps": ROOT / "backend"}
# the caller's, which would lead the suites elsewhere
NOT_PASSED_ON = {"TEST_DATABASE_URL", "FACTORYFLOOR_CONFIG", "PYTEST_ADDOPTS", "PYTHONPATH"}
VERSIONS = """
import importlib.metadata, psycopg
from factoryfloor.server import EmbeddedServer
server = EmbeddedServer()
server.ensure()
with psycopg.connect(server.address.conninfo("postgres")) as connection:
    number = connection.info.server_version
packages = map(importlib.metadata.version, ("sqlalchemy", "psycopg"))
print(*packages, f"{number // 10000}.{number % 10000}")
"""


@dataclass(frozen=True)
class Outcome:
    """What a suite's run came to."""

    counts: Mapping[str, int]
    seconds: float
    failures: tuple[str, ...]
    """pytest's lines about the tests that failed, or its last where it did not end well."""

    def __str__(self) -> str:
        said = ", ".join(f"{count} {word}" for word, count in self.counts.items())
        return said or "did not run"


def versions(python: Path, variables: Mapping[str, str]) -> tuple[str, str, str]:
    """The versions of SQLAlchemy, psycopg and PostgreSQL that the suites will see."""
    command = [str(python), "-c", VERSIONS]
    done = subprocess.run(
        command, env=_surroundings(variables), capture_output=True, text=True, check=True
    )
    sqlalchemy, psycopg, postgres = done.stdout.split()
    return sqlalchemy, psycopg, postgres


def run(suite: str, python: Path, variables: Mapping[str, str], log: Path) -> Outcome:
    """Run a suite to its end, with all that it says in `log`."""
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"]
    started = time.perf_counter()
    with log.open("w") as file:
        code = subprocess.run(
            command,
            cwd=SUITES[suite],
            env=_surroundings(variables),
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    return read(log.read_text(errors="replace"), code, time.perf_counter() - started)


def read(said: str, code: int, seconds: float) -> Outcome:
    """The outcome of a run that said this and ended with this code."""
    lines = said.strip().splitlines() or [""]
    last = next((each for each in reversed(lines) if re.search(r" in [\d.]+s", each)), "")
    counts = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", last)}
    summary = said.rpartition("short test summary info")[2].splitlines()
    failures = tuple(each for each in summary if each.startswith(("FAILED ", "ERROR ")))
    return Outcome(counts, seconds, (failures or (lines[-1],)) if code else ())


def _surroundings(variables: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    return {**inherited, **variables}
