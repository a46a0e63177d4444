"""Another process that asks for a shop's scenario, and waits in the middle of building it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from factoryfloor import open_floor
from factoryfloor.scenarios import Snapshots


def main(file: str) -> None:
    """Tell how many rows are written, going on with the next line read; then tell what was found.

    One line of JSON each.
    """

    def watch(rows: int) -> None:
        say(rows)
        sys.stdin.readline()

    with open_floor(Path(file)) as floor:
        found = Snapshots(floor).snapshot("shelf", watch=watch)
        say([found.template, found.record.to_json()])


def say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
