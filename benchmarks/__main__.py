"""`python -m benchmarks`: each way of making trees, in turns, the median of several rounds."""

from __future__ import annotations

import statistics
import time
import uuid
from typing import TYPE_CHECKING

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.makers import (
    by_hand,
    factory_boy_trees,
    factoryfloor_batch,
    factoryfloor_trees,
)
from benchmarks.models import Base
from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

TREES = 50
ROUNDS = 15
ROWS_A_TREE = 8
PEER = "factory_boy, a flush for each object"
WAYS: dict[str, Callable[[Session, int], None]] = {
    PEER: factory_boy_trees,
    "functions by hand, a flush for each object": by_hand,
    "factoryfloor, create(): a flush for each tree": factoryfloor_trees,
    "factoryfloor, create_batch(): one flush": factoryfloor_batch,
}


def main() -> None:
    """Print the table; the database is made for it and dropped."""
    server = EmbeddedServer()
    server.ensure()
    name = f"benchmark_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server.address.conninfo(server.maintenance), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        engine = create_engine(server.address.url(name))
        try:
            Base.metadata.create_all(engine)
            _show(_measured(engine))
        finally:
            engine.dispose()
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measured(engine: Engine) -> dict[str, float]:
    """Median seconds for each way."""
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way, make in WAYS.items():
            with Session(engine, autoflush=False) as session:
                session.connection()
                start = time.perf_counter()
                make(session, TREES)
                taken[way].append(time.perf_counter() - start)
    return {way: statistics.median(each) for way, each in taken.items()}


def _show(seconds: dict[str, float]) -> None:
    table = Table(title=f"{TREES} trees of {ROWS_A_TREE} rows, median of {ROUNDS} rounds")
    table.add_column("way")
    for column in ("rows/s", "ratio to factory_boy"):
        table.add_column(column, justify="right")
    for way, taken in seconds.items():
        rate = TREES * ROWS_A_TREE / taken
        table.add_row(way, f"{rate:,.0f}", f"{seconds[PEER] / taken:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
