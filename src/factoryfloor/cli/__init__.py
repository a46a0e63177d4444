"""The command `factoryfloor`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from factoryfloor.errors import FactoryFloorError

from .run import run
from .server import status, stop

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when done, 2 for an error that was explained on standard error."""
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.command(parsed)
    except FactoryFloorError as error:
        print(f"factoryfloor: {error}", file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="factoryfloor", description=__doc__)
    parser.add_argument("--config", type=Path, metavar="FILE", help="the file with the table")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    running = commands.add_parser(
        "run", help="run a command on a new database of the project, dropped when it ends"
    )
    running.add_argument("--fill", metavar="MODULE:FUNCTION", help="called with a session first")
    running.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- COMMAND …")
    running.set_defaults(command=run)
    showing = commands.add_parser("status", help="say what the embedded server is doing")
    showing.set_defaults(command=status)
    stopping = commands.add_parser("stop", help="end the embedded server and remove its files")
    stopping.set_defaults(command=stop)
    return parser
