"""The command `factoryfloor`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from factoryfloor.errors import FactoryFloorError

from .run import run
from .scenarios import scenarios
from .seed import seed
from .seeding import Terminated
from .server import status, stop
from .types import types

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when done, 2 for an error that was explained on standard error.

    A command that was interrupted has 130, or 128 and the signal's number, as a shell reports it.
    """
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.command(parsed)
    except FactoryFloorError as error:
        print(f"factoryfloor: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interruption:
        print("factoryfloor: interrupted", file=sys.stderr)
        number = interruption.number if isinstance(interruption, Terminated) else signal.SIGINT
        return 128 + number
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
    _add_scenarios(commands)
    showing = commands.add_parser("status", help="say what the embedded server is doing")
    showing.set_defaults(command=status)
    stopping = commands.add_parser("stop", help="end the embedded server and remove its files")
    stopping.set_defaults(command=stop)
    typing = commands.add_parser(
        "types", help="write the scenarios' names and the types of their data as TypeScript"
    )
    typing.add_argument("--check", action="store_true", help="say whether FILE is up to date")
    typing.add_argument("file", nargs="?", type=Path, metavar="FILE", help="else it is printed")
    typing.set_defaults(command=types)
    return parser


def _add_scenarios(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listing = commands.add_parser("scenarios", help="list the project's scenarios")
    listing.add_argument("--json", action="store_true", help="for programs to read")
    listing.set_defaults(command=scenarios)
    seeding = commands.add_parser(
        "seed", help="put a scenario into a database, whose URL is printed"
    )
    seeding.add_argument("scenario", metavar="NAME", help="a scenario's name or alias")
    seeding.add_argument(
        "--into",
        metavar="URL",
        help="a database that factoryfloor made, or that there is not: it is made. "
        "By default that of TEST_DATABASE_URL, else one named after project and scenario",
    )
    seeding.add_argument("--scale", type=int, metavar="N", help="the scenario's size")
    seeding.add_argument("--seed", type=int, default=0, metavar="S", help="of its random values")
    seeding.add_argument(
        "--adopt", action="store_true", help="take an empty database, made by somebody else"
    )
    seeding.add_argument("-q", "--quiet", action="store_true", help="print the URL alone")
    seeding.set_defaults(command=seed)
