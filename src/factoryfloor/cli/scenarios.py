"""The project's scenarios, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from factoryfloor.errors import FactoryFloorError
from factoryfloor.floor import open_floor
from factoryfloor.scenarios import Snapshots
from factoryfloor.server import EmbeddedServer

from .terminal import console_on

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from factoryfloor.floor import Floor


@dataclass(frozen=True)
class Listed:
    """A scenario as it is listed; `rows` is None where it is not built, or nobody knows."""

    name: str
    aliases: Sequence[str]
    description: str
    scale: int | None
    rows: int | None


def scenarios(arguments: argparse.Namespace) -> int:
    """0; neither a server nor anything on one is made for it."""
    with open_floor(arguments.config) as floor:
        listed = _listed(floor)
    if arguments.json:
        print(json.dumps([asdict(each) for each in listed], indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        console_on(sys.stdout).print(_table(listed))
    else:
        print("\n".join(_lines(listed)))
    return 0


def _listed(floor: Floor) -> list[Listed]:
    snapshots = Snapshots(floor)
    rows = _rows(floor, snapshots)
    return [
        Listed(each.name, each.aliases, each.description, each.scale, rows.get(each.name))
        for each in snapshots.catalogue
    ]


def _rows(floor: Floor, snapshots: Snapshots) -> dict[str, int]:
    """How many rows each scenario has that is built today, at its usual size."""
    if isinstance(floor.server, EmbeddedServer) and not floor.server.running():
        return {}
    try:
        records = [(each.name, snapshots.record(each)) for each in snapshots.catalogue]
    except FactoryFloorError as error:
        print(f"factoryfloor: what is built is not known: {error}", file=sys.stderr)
        return {}
    return {name: record.rows for name, record in records if record is not None}


def _table(listed: Sequence[Listed]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("scenario", no_wrap=True, overflow="ignore")
    table.add_column("description")
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("scale", justify="right", no_wrap=True)
    for each in listed:
        aliases = "".join(f"\n  {alias}" for alias in each.aliases)
        name = Text.assemble((each.name, "bold"), (aliases, "dim"))
        table.add_row(name, Text(each.description), _size(each), _scale(each))
    return table


def _lines(listed: Sequence[Listed]) -> list[str]:
    """Aligned columns, each scenario on one line however long it is."""
    names = [", ".join([each.name, *each.aliases]) for each in listed]
    rows = [
        ("scenario", "size", "scale", "description"),
        *(
            (name, _size(each), _scale(each), each.description)
            for name, each in zip(names, listed, strict=True)
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2]), row[3]]
        )
        for row in rows
    ]


def _size(listed: Listed) -> str:
    if listed.rows is None:
        return "not built"
    return "1 row" if listed.rows == 1 else f"{listed.rows:,} rows"


def _scale(listed: Listed) -> str:
    return "" if listed.scale is None else str(listed.scale)
