"""pytest, run on a suite in a process of its own and timed."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import FILE, STOP

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
# other plugins than those that a figure is about
OTHERS = (
    *("asyncio", "anyio", "cacheprovider", "hypothesispytest", "randomly"),
    *("pytest_cov", "xdist", "xdist.looponfail"),
)
# pytest loads these two by themselves where factoryfloor is installed, which depends on them
DEPENDENCIES = ("pytest-factoryboy", "faker")
WITHOUT_US = ("factoryfloor", *DEPENDENCIES)
WARM = 20
COMPILED = Path(__file__).parent / "__pycache__" / "runs"
_DONT_COMPILE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Times:
    """A run's moments, in seconds since its process was started, and how long each test took.

    `elapsed` is what the whole run took, `processor` what it took of the processor.
    """

    moments: dict[str, float]
    tests: list[float]
    elapsed: float
    processor: float
    stderr: str

    @property
    def warm_test(self) -> float:
        """The median test, once what is made at first use has been made."""
        return statistics.median(self.tests[WARM:])

    @property
    def mean_test(self) -> float:
        """All tests, the first included, by their number."""
        return (self.moments["last test"] - self.moments["first test"]) / len(self.tests)


def run(
    folder: Path,
    *arguments: str,
    without: tuple[str, ...] = (),
    python: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Times:
    """Run pytest on a suite whose tests all pass; raises RuntimeError with the report else."""
    given = environment or {}
    options = [each for name in without for each in ("-p", f"no:{name}")]
    pytest = [*python, "-m", "pytest", "-q", "-x", "-p", "benchmarks.timing", *options, *arguments]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "times.json"
        used, start = _processor_time(), time.monotonic()
        done = subprocess.run(
            [sys.executable, *pytest],
            cwd=folder,
            env={**_environment(), FILE: str(file), **given},
            capture_output=True,
            text=True,
            check=False,
        )
        elapsed, used = time.monotonic() - start, _processor_time() - used
        if done.returncode and not (STOP in given and done.returncode == 2):
            raise RuntimeError(f"{' '.join(pytest)} failed:\n{done.stdout}{done.stderr[-2000:]}")
        found = json.loads(file.read_text(encoding="utf-8"))
    moments = {name: moment - start for name, moment in found["moments"].items()}
    return Times(moments, found["tests"], elapsed, used, done.stderr)


def _processor_time() -> float:
    """Of all processes that were waited for."""
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def _environment() -> dict[str, str]:
    """The one of this process, which imports from here and keeps compiled modules, as daily."""
    given = {name: value for name, value in os.environ.items() if name != _DONT_COMPILE}
    path = os.pathsep.join(filter(None, [given.get("PYTHONPATH"), str(ROOT)]))
    return {**given, "PYTHONPATH": path, "PYTHONPYCACHEPREFIX": str(COMPILED)}
