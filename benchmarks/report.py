"""The figures as a table and as JSON, with the machine that they were measured on."""

from __future__ import annotations

import json
import os
import platform
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.harness import AtMostTimes, Figure, duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PACKAGES = ("factoryfloor", "SQLAlchemy", "psycopg", "pytest", "factory-boy", "fastapi", "httpx")
VERDICT = {True: "[green]reached[/]", False: "[red]missed[/]", None: ""}


def machine(postgres: str) -> dict[str, str]:
    """The processor and the versions that figures depend on."""
    found = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": postgres,
    }
    return found | {package: version(package) for package in PACKAGES}


def show(group: str, figures: Iterable[Figure]) -> None:
    """Print one group's figures, and what those are made of that say so."""
    table = Table(title=group, title_justify="left")
    for column in ("what", "against"):
        table.add_column(column)
    for column in ("median", "peer", "value", "target", ""):
        table.add_column(column, justify="right")
    console = Console(width=None if Console().is_terminal else 160)
    for each in figures:
        table.add_row(*_cells(each))
    console.print(table)
    for each in figures:
        if each.parts:
            console.print(_parts(each))


def as_json(date: str, on: Mapping[str, str], groups: Mapping[str, list[Figure]]) -> str:
    """All samples, so that another run can be held against this one."""
    found = {name: [_described(each) for each in figures] for name, figures in groups.items()}
    return json.dumps({"date": date, "machine": on, "groups": found}, indent=1)


def write(file: Path, text: str) -> None:
    """Write the JSON, in a folder that may not be there yet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")


def _cells(figure: Figure) -> list[str]:
    peer = figure.peer
    value = (figure.target or AtMostTimes(0)).shown(figure.value)
    return [
        figure.what,
        peer or "-",
        duration(figure.median(figure.ours)),
        duration(figure.median(peer)) if peer else "-",
        value if figure.target or peer else "",
        str(figure.target or "-"),
        VERDICT[figure.reached],
    ]


def _parts(figure: Figure) -> Table:
    table = Table(title=f"{figure.what}: what it is made of", title_justify="left")
    table.add_column("part")
    table.add_column("takes", justify="right")
    for part, seconds in sorted(figure.parts.items(), key=lambda item: -item[1]):
        table.add_row(part, duration(seconds))
    return table


def _described(figure: Figure) -> dict[str, Any]:
    return {
        "what": figure.what,
        "ours": figure.ours,
        "peer": figure.peer,
        "target": str(figure.target) if figure.target else None,
        "value": figure.value,
        "reached": figure.reached,
        "ways": {way: _summary(taken) for way, taken in figure.samples.items()},
        "parts": dict(figure.parts),
    }


def _summary(samples: list[float]) -> dict[str, Any]:
    quartiles = statistics.quantiles(samples, n=4) if len(samples) > 1 else samples * 3
    names = ("first quartile", "median", "third quartile")
    return {**dict(zip(names, quartiles, strict=True)), "samples": samples}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()
