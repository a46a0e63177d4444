"""A request to an application, in a test's transaction, without pytest around it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.application import application, get_async_db, get_db
from benchmarks.ground import prepared
from benchmarks.harness import AtMostTimes, Figure, interleaved
from benchmarks.models import Customer
from factoryfloor.isolation import identify_requests, track, track_async

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from fastapi import FastAPI

    from benchmarks.ground import Ground

    Side = Callable[[Ground], contextlib.AbstractAsyncContextManager[FastAPI]]

ROUNDS = 40
TIMES = 15
OURS = "factoryfloor"
PEER = "get_db override by hand, a session for each request"
SHARED = "get_db override by hand, the test's session for all"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """One loop for all requests, one test for each round of them."""
    undo = identify_requests()
    try:
        with prepared() as ground, asyncio.Runner() as runner:
            return [
                *_figures("a sync endpoint", "/sync", _floor, _by_hand, ground, runner, rounds),
                *_figures(
                    "an async one", "/async", _async_floor, _async_by_hand, ground, runner, rounds
                ),
            ]
    finally:
        undo()


def _figures(
    endpoint: str,
    path: str,
    ours: Side,
    peer: Callable[..., Side],
    ground: Ground,
    runner: asyncio.Runner,
    rounds: int,
) -> list[Figure]:
    def way(side: Side) -> Callable[[], float]:
        return lambda: runner.run(_requests(side(ground), path))

    ways = {OURS: way(ours), PEER: way(peer(shared=False)), SHARED: way(peer(shared=True))}
    samples = interleaved(ways, rounds)
    what = f"a request, one SELECT in {endpoint}"
    return [
        Figure(what, samples, OURS, PEER, AtMostTimes(1.15)),
        Figure(what, samples, OURS, SHARED),
    ]


async def _requests(side: contextlib.AbstractAsyncContextManager[FastAPI], path: str) -> float:
    async with side as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await _get(client, path)
            start = time.perf_counter()
            for _ in range(TIMES):
                await _get(client, path)
            return (time.perf_counter() - start) / TIMES


async def _get(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    if response.json() != {"name": "Ann"}:
        raise RuntimeError(f"{path} answers {response.text}")


@contextlib.asynccontextmanager
async def _floor(ground: Ground) -> AsyncIterator[FastAPI]:
    """The application's own dependency; each request has a session of its own."""
    floor, app = ground.floor, application()

    def own() -> Iterator[Session]:
        with floor.application.sessionmaker() as session:
            yield session

    app.dependency_overrides[get_db] = own
    floor.begin_test()
    session = floor.application.sessionmaker()
    untrack = track(floor.connections, session)
    session.add(Customer(name="Ann", email="ann@example.com"))
    session.flush()
    yield app
    untrack()
    session.close()
    floor.end_test()


@contextlib.asynccontextmanager
async def _async_floor(ground: Ground) -> AsyncIterator[FastAPI]:
    floor, app = ground.floor, application()

    async def own() -> AsyncIterator[AsyncSession]:
        async with floor.application.async_sessionmaker() as session:
            yield session

    app.dependency_overrides[get_async_db] = own
    floor.begin_test()
    session = floor.application.async_sessionmaker()
    untrack = track_async(floor.connections, session)
    session.add(Customer(name="Ann", email="ann@example.com"))
    await session.flush()
    yield app
    untrack()
    await session.close()
    floor.end_test()


def _by_hand(*, shared: bool) -> Side:
    """FastAPI's documented override on SQLAlchemy's documented connection, or one session."""

    @contextlib.asynccontextmanager
    async def side(ground: Ground) -> AsyncIterator[FastAPI]:
        engine, app = create_engine(ground.url, poolclass=NullPool), application()
        with engine.connect() as connection:
            transaction = connection.begin()
            make = sessionmaker(connection, join_transaction_mode="create_savepoint")
            session = make()
            session.add(Customer(name="Ann", email="ann@example.com"))
            session.flush()

            def own() -> Iterator[Session]:
                with make() as opened:
                    yield opened

            def the_tests() -> Iterator[Session]:
                yield session

            app.dependency_overrides[get_db] = the_tests if shared else own
            yield app
            session.close()
            transaction.rollback()

    return side


def _async_by_hand(*, shared: bool) -> Side:
    @contextlib.asynccontextmanager
    async def side(ground: Ground) -> AsyncIterator[FastAPI]:
        engine, app = create_async_engine(ground.url, poolclass=NullPool), application()
        async with engine.connect() as connection:
            transaction = await connection.begin()
            make = async_sessionmaker(connection, join_transaction_mode="create_savepoint")
            session = make()
            session.add(Customer(name="Ann", email="ann@example.com"))
            await session.flush()

            async def own() -> AsyncIterator[AsyncSession]:
                async with make() as opened:
                    yield opened

            async def the_tests() -> AsyncIterator[AsyncSession]:
                yield session

            app.dependency_overrides[get_async_db] = the_tests if shared else own
            yield app
            await session.close()
            await transaction.rollback()

    return side
