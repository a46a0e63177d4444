"""Rows that arrive while a response is sent, and cursors on the server."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from ..models import Team
from ..theme import AsyncDb, Back, Db, Theme
from ..world import failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.types import Message

    from ..world import World

theme = Theme("streams")
app = theme.app
TEAMS = sa.select(Team.name).order_by(Team.name).execution_options(yield_per=2)


@app.get("/stream")
def stream(db: Db) -> StreamingResponse:
    def rows() -> Iterator[str]:
        yield from db.scalars(TEAMS)

    return StreamingResponse(rows())


@app.get("/async/stream")
async def async_stream(db: AsyncDb) -> StreamingResponse:
    async def rows() -> AsyncIterator[str]:
        async for name in await db.stream_scalars(TEAMS):
            yield name

    return StreamingResponse(rows())


@app.get("/stream-and-save")
def stream_and_save(db: Db, backend: Back) -> StreamingResponse:
    def rows() -> Iterator[str]:
        for name in db.scalars(TEAMS):
            backend.save(f"{name} sent")
            failure(partial(backend.save, f"{name} sent"))
            yield name

    return StreamingResponse(rows())


@app.get("/async/stream-and-save")
async def async_stream_and_save(db: AsyncDb, backend: Back) -> StreamingResponse:
    async def rows() -> AsyncIterator[str]:
        async for name in await db.stream_scalars(TEAMS):
            await backend.async_save(f"{name} sent async")
            yield name

    return StreamingResponse(rows())


@app.get("/stream-fails")
def stream_fails(backend: Back) -> StreamingResponse:
    def rows() -> Iterator[str]:
        with backend.session.begin() as session:
            session.add(Team(name="unsent"))
            yield from session.scalars(TEAMS)
            raise ZeroDivisionError

    return StreamingResponse(rows())


@app.get("/stream-lasts")
def stream_lasts(backend: Back) -> StreamingResponse:
    async def rows() -> AsyncIterator[str]:
        async with backend.async_session.begin() as session:
            session.add(Team(name="unsent"))
            await session.flush()
            yield "first"
            await asyncio.Event().wait()

    return StreamingResponse(rows())


@theme.agrees(["t0t1t2t3t4"] * 2)
async def rows_are_streamed(world: World) -> Any:
    world.make(*(f"t{number}" for number in range(5)))
    return [(await world.client.get(path)).text for path in ("/stream", "/async/stream")]


@theme.agrees(["t0t1t2t3t4"] * 2)
def rows_are_streamed_to_the_sync_client(world: World) -> Any:
    world.make(*(f"t{number}" for number in range(5)))
    with world.sync_client() as client:
        return [client.get(path).text for path in ("/stream", "/async/stream")]


@theme.agrees(["t0t1t2", ["t0", "t0 sent", "t1", "t1 sent", "t2", "t2 sent"]])
async def others_commit_while_rows_are_streamed(world: World) -> Any:
    world.make("t0", "t1", "t2")
    return [(await world.client.get("/stream-and-save")).text, world.names()]


@theme.agrees(["t0t1", ["t0", "t0 sent async", "t1", "t1 sent async"]])
async def others_commit_while_rows_are_streamed_by_async_code(world: World) -> Any:
    world.make("t0", "t1")
    return [(await world.client.get("/async/stream-and-save")).text, world.names()]


@theme.agrees(["t0unsent", [200], ["t0", "x"]])
async def a_stream_fails(world: World) -> Any:
    world.make("t0")
    sent = (await world.client.get("/stream-fails")).text
    return [sent, await world.post("/commit/x"), world.names()]


@theme.agrees([[200], ["x"]])
async def a_client_hangs_up_amid_a_stream(world: World) -> Any:
    received = asyncio.Event()

    async def receive() -> dict[str, str]:
        await received.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message.get("body"):
            received.set()

    scope = {"type": "http", "method": "GET", "path": "/stream-lasts", "headers": []}
    await world.asgi(scope | {"query_string": b"", "extensions": {}}, receive, send)
    return [await world.post("/commit/x"), world.names()]


@theme.agrees(["t0", ["after", "t0", "t1", "t2"]])
def a_cursor_on_the_server_is_left_early(world: World) -> Any:
    world.make("t0", "t1", "t2")
    world.settle()
    with Session(world.engine) as session:
        rows = session.scalars(TEAMS)
        first = next(rows)
        session.rollback()
        rows.close()
        session.add(Team(name="after"))
        session.commit()
    return [first, world.names()]


@theme.agrees([["t0"], "InvalidCursorName"])
def a_cursor_ends_with_its_transaction(world: World) -> Any:
    world.make("t0", "t1")
    world.settle()
    with world.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with driver.cursor("named") as cursor:
            cursor.execute("SELECT name FROM team ORDER BY name")
            first = list(cursor.fetchone() or ())
            driver.commit()
            error = failure(cursor.fetchone)
            driver.rollback()
        return [first, error]


@theme.agrees([["t0"], ["t1"]])
def a_cursor_with_hold_outlives_its_transaction(world: World) -> Any:
    world.make("t0", "t1")
    world.settle()
    with world.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with driver.cursor("held", withhold=True) as cursor:
            cursor.execute("SELECT name FROM team ORDER BY name")
            first = list(cursor.fetchone() or ())
            driver.commit()
            return [first, list(cursor.fetchone() or ())]
