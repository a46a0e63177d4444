"""`python -m benchmarks [NAME…]`: every group's figures beside their targets, and as JSON."""

from __future__ import annotations

import argparse
import importlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.report import as_json, machine, show, write
from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.harness import Figure

RESULTS = Path(__file__).parent / "results.json"
QUIET = 0.3  # of the processors, in the minute before
GROUPS = {
    "server": "The server: started, joined, its databases cloned",
    "isolation": "A test's transaction",
    "requests": "Requests to the application",
    "suites": "Suites that pytest runs",
    "startup": "FilaOps' suite until its first test",
    "filaops": "FilaOps' whole suite",
    "trees": "Trees of objects",
    "scenarios": "Scenarios",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the groups that are named, or all; print each as it is done."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.groups) - set(GROUPS):
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    found: dict[str, list[Figure]] = {}
    for name in chosen.groups or GROUPS:
        measure = importlib.import_module(f"benchmarks.{name}").measure
        found[name] = measure(chosen.rounds) if chosen.rounds else measure()
        show(GROUPS[name], found[name])
    date = datetime.now().astimezone().isoformat(timespec="seconds")
    on = machine(_postgres()) | {"load at the start": f"{busy:.0%}"}
    write(chosen.json, as_json(date, on, found))
    print(", ".join(f"{key} {value}" for key, value in on.items()))
    if busy > QUIET:
        print("The machine was busy with other things: measure again when it is quiet.")


def _postgres() -> str:
    """The version of the server that all groups but `server` have used."""
    server = EmbeddedServer()
    server.ensure()
    with psycopg.connect(server.address.conninfo(server.maintenance)) as connection:
        return connection.info.parameter_status("server_version") or "unknown"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="NAME", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--rounds", type=int, help="how often each way is taken")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE", help="the samples")
    return parser


if __name__ == "__main__":
    main()
