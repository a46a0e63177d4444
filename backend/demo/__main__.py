"""`python -m demo`: build the farm on a database of its own, show it, and leave."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from factoryfloor import open_floor, use_session
from factoryfloor.errors import FactoryFloorError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    """Record how many seconds the block takes."""
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start


def main() -> int:
    """0 when the farm was shown, 2 when PostgreSQL could not be had."""
    seconds: dict[str, float] = {}
    try:
        with open_floor() as floor:
            with timed(seconds, "PostgreSQL, started or joined"):
                floor.server.ensure()
            with timed(seconds, "the database, cloned from its template"):
                floor.make()
            # imported here: the application reads the environment that the floor has set
            from demo.farm import build_farm
            from demo.report import show

            with floor.application.sessionmaker() as db, use_session(db):
                with timed(seconds, "the farm"):
                    farm = build_farm(db)
                    db.commit()
                show(farm, seconds)
    except FactoryFloorError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
