"""`python -m matrix`: both suites in each combination, and a table of what came of them."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from . import servers
from .combinations import chosen
from .environments import ROOT
from .report import Result, table
from .running import play, prepare

if TYPE_CHECKING:
    from .combinations import Combination

FOLDER = ROOT / ".matrix"


def main() -> int:
    """0 when all that this machine can have passed, 1 when anything failed, 2 for wrong usage."""
    arguments = _arguments()
    combinations = chosen(arguments.only)
    if not combinations:
        print(f"No combination has {arguments.only!r} in its name; see --list.", file=sys.stderr)
        return 2
    if arguments.list:
        print("\n".join(map(_described, combinations)))
        return 0
    results = _results(combinations, arguments.jobs)
    print(f"\n{table(results)}")
    return int(any(each.failed or (arguments.complete and each.missing) for each in results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m matrix", description=__doc__)
    parser.add_argument("--list", action="store_true", help="describe the combinations and end")
    parser.add_argument("--only", default="", metavar="PART", help="those with this in their name")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="run N at once")
    parser.add_argument("--complete", action="store_true", help="fail for a missing one, too")
    return parser.parse_args()


def _described(combination: Combination) -> str:
    locks = " + ".join(Path(each).name for each in combination.locks)
    line = f"{combination.name:16} PostgreSQL {combination.postgres:5} {locks}"
    try:
        servers.check(combination.postgres)
    except servers.UnavailableError as error:
        return f"{line}\n{'':16} not on this machine: {error}"
    return line


def _results(combinations: list[Combination], jobs: int) -> list[Result]:
    FOLDER.mkdir(exist_ok=True)
    # one after the other, for they share environments
    prepared = [prepare(each, FOLDER) for each in combinations]
    with ThreadPoolExecutor(jobs) as pool:
        return list(
            pool.map(
                lambda each: each if isinstance(each, Result) else play(each, FOLDER), prepared
            )
        )


if __name__ == "__main__":
    sys.exit(main())
