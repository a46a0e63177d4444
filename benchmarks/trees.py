"""Each way of making the same trees of objects."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.ground import prepared
from benchmarks.harness import Figure, interleaved
from benchmarks.makers import (
    by_hand,
    factory_boy_trees,
    factoryfloor_batch,
    factoryfloor_trees,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

ROUNDS = 15
TREES = 50
PEER = "factory_boy, a flush for each object"
WAYS: dict[str, Callable[[Session, int], None]] = {
    PEER: factory_boy_trees,
    "functions by hand, a flush for each object": by_hand,
    "create(): a flush for each tree": factoryfloor_trees,
    "create_batch(): one flush": factoryfloor_batch,
}


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """50 trees of 8 rows, on an engine that no test's transaction covers."""
    with prepared() as ground:
        engine = create_engine(ground.url)
        ways = {name: _way(engine, make) for name, make in WAYS.items()}
        samples = interleaved(ways, rounds)
        engine.dispose()
    others = [way for way in WAYS if way != PEER]
    return [Figure(f"{TREES} trees of 8 rows, {way}", samples, way, PEER) for way in others]


def _way(engine: Engine, make: Callable[[Session, int], None]) -> Callable[[], float]:
    def way() -> float:
        with Session(engine, autoflush=False) as session:
            session.connection()
            start = time.perf_counter()
            make(session, TREES)
            return time.perf_counter() - start

    return way
