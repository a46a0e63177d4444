"""One INSERT in a test's transaction, without pytest around it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.ground import prepared
from benchmarks.harness import AtMostTimes, Figure, interleaved, repeated
from benchmarks.models import Customer
from factoryfloor.isolation import track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Engine

    from benchmarks.harness import Samples
    from factoryfloor.floor import Floor

ROUNDS = 40
TIMES = 20
INSERT = "INSERT INTO customers (name, email) VALUES (%s, %s) RETURNING customers.id"
OURS, PSYCOPG = "factoryfloor", "psycopg alone: BEGIN, SAVEPOINT, INSERT, ROLLBACK"
RECIPE, PLAIN = "SQLAlchemy's savepoint recipe", "a session of SQLAlchemy's, not isolated"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Both placements: what a round trip costs depends on who shares a processor with whom."""
    with prepared() as ground:
        engine = create_engine(ground.url)
        bare = psycopg.connect(ground.conninfo, autocommit=True)
        ways = {
            OURS: _floor(ground.floor),
            PSYCOPG: _psycopg(bare),
            RECIPE: _recipe(engine),
            PLAIN: _plain(engine),
        }
        for way in ways.values():
            way()
        with engine.connect() as connection:
            driver = cast("psycopg.Connection", connection.connection.driver_connection)
        servers = [ground.floor.prepare().wire.pgconn, bare.pgconn, driver.pgconn]
        processes = [each.backend_pid for each in servers]
        found = []
        for placement, on in _placements():
            with _placed(processes, *on):
                timed = {name: repeated(way, TIMES) for name, way in ways.items()}
                found += _figures(placement, interleaved(timed, rounds))
        bare.close()
        engine.dispose()
    return found


def _figures(placement: str, samples: Samples) -> list[Figure]:
    what = f"begin, INSERT by the ORM, roll back, {placement}"
    return [
        Figure(what, samples, OURS, PSYCOPG, AtMostTimes(4)),
        Figure(what, samples, OURS, RECIPE, AtMostTimes(1)),
        Figure(what, samples, OURS, PLAIN),
    ]


def _floor(floor: Floor) -> Callable[[], None]:
    """What the fixtures do around a test that uses `db`."""

    def run() -> None:
        floor.begin_test()
        session = floor.application.sessionmaker()
        untrack = track(floor.connections, session)
        session.add(Customer(name="Ann", email="ann@example.com"))
        session.flush()
        untrack()
        session.close()
        floor.end_test()

    return run


def _psycopg(connection: psycopg.Connection) -> Callable[[], None]:
    def run() -> None:
        connection.execute("BEGIN")
        connection.execute("SAVEPOINT test")
        connection.execute(INSERT, ["Ann", "ann@example.com"]).fetchone()
        connection.execute("ROLLBACK")

    return run


def _recipe(engine: Engine) -> Callable[[], None]:
    """As SQLAlchemy's documentation joins a session into an external transaction."""

    def run() -> None:
        with engine.connect() as connection:
            transaction = connection.begin()
            session = Session(bind=connection, join_transaction_mode="create_savepoint")
            session.add(Customer(name="Ann", email="ann@example.com"))
            session.flush()
            session.close()
            transaction.rollback()

    return run


def _plain(engine: Engine) -> Callable[[], None]:
    """What the ORM takes by itself: no way that isolates its session can be faster."""

    def run() -> None:
        with Session(engine) as session:
            session.add(Customer(name="Ann", email="ann@example.com"))
            session.flush()

    return run


def _placements() -> list[tuple[str, tuple[int, ...]]]:
    """The processors of the client and of its servers, where the system lets them be chosen."""
    if sys.platform != "linux":
        return [("any processor", ())]
    mine, *others = sorted(os.sched_getaffinity(0))
    two = [("two processors", (mine, others[0]))] if others else []
    return [("one processor", (mine, mine)), *two]


@contextmanager
def _placed(servers: Iterable[int], client: int = -1, server: int = -1) -> Iterator[None]:
    if sys.platform != "linux" or client < 0:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {client})
    for process in servers:
        os.sched_setaffinity(process, {server})
    yield
    for process in (0, *servers):
        os.sched_setaffinity(process, before)
