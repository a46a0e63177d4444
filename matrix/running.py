"""One combination: its environment and server made ready, then both suites."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import servers, suites
from .environments import environment
from .report import Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .combinations import Combination


@dataclass(frozen=True)
class Ready:
    """A combination that can run, and the versions that it was seen to have."""

    name: str
    python: Path
    variables: Mapping[str, str]
    versions: tuple[str, str, str]


def prepare(combination: Combination, folder: Path) -> Ready | Result:
    """Make what the combination needs under `folder`, or tell why it cannot run."""
    try:
        variables = servers.variables(combination.postgres, folder)
        python = environment(combination.locks, folder)
        found = suites.versions(python, variables)
    except servers.UnavailableError as error:
        return Result(combination.name, missing=str(error))
    except subprocess.CalledProcessError as error:
        return Result(combination.name, broken=_complaint(error))
    if not f"{found[2]}.".startswith(f"{combination.postgres}."):
        return Result(combination.name, broken=f"PostgreSQL {found[2]} answers")
    return Ready(combination.name, python, variables, found)


def _complaint(error: subprocess.CalledProcessError) -> str:
    said = (error.stderr or "").strip().splitlines()
    return said[-1] if said else str(error)


def play(ready: Ready, folder: Path) -> Result:
    """Run the suites, telling what comes of each; what they say goes to files in `folder`."""
    outcomes = {}
    for suite in suites.SUITES:
        log = folder / f"{ready.name}-{suite.lower()}.log"
        outcomes[suite] = found = suites.run(suite, ready.python, ready.variables, log)
        print(f"{ready.name}: {suite}: {found} in {found.seconds:.0f} s ({log})", flush=True)
        for each in found.failures:
            print(f"  {each}", flush=True)
    return Result(ready.name, ready.versions, outcomes)
