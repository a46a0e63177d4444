"""Websockets, whose session may last, and lifespans."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from ..models import Team
from ..theme import Back, Theme

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from fastapi.testclient import TestClient

    from ..world import World


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.backend.async_engine.begin() as connection:
        await connection.execute(sa.insert(Team).values(name="started"))
    yield
    app.state.backend.save("stopped")
    await app.state.backend.async_engine.dispose()


theme = Theme("sockets", FastAPI(lifespan=lifespan))
app = theme.app
COUNT = sa.select(sa.func.count()).select_from(Team)


@contextmanager
def noticed() -> Iterator[None]:
    """Tell the test when the application has done with a socket."""
    try:
        yield
    finally:
        app.state.closed.set()


@app.websocket("/socket")
async def socket(connection: WebSocket, backend: Back) -> None:
    await connection.accept()
    with noticed():
        async with backend.async_session() as db:
            async for name in connection.iter_text():
                db.add(Team(name=name))
                await (db.flush() if name.startswith("dirty") else db.commit())
                await connection.send_text(str(await db.scalar(COUNT)))


@app.websocket("/socket/short-sessions")
async def short_sessions(connection: WebSocket, backend: Back) -> None:
    await connection.accept()
    with noticed(), suppress(WebSocketDisconnect):
        while name := await connection.receive_text():
            await backend.async_save(name)
            await connection.send_text("saved")


@contextmanager
def connected(client: TestClient, path: str = "/socket") -> Iterator[Callable[[str], str]]:
    """Sends a message and returns the answer; in the end the application has noticed."""
    app.state.closed = threading.Event()
    with client.websocket_connect(path) as connection:

        def ask(message: str) -> str:
            connection.send_text(message)
            return connection.receive_text()

        yield ask
    app.state.closed.wait()


@theme.agrees([["started"], ["started", "stopped"]])
def a_lifespan_commits(world: World) -> Any:
    with world.sync_client():
        started = world.names()
    return [started, world.names()]


@theme.agrees([["2", "3"], ["a", "b", "started"]])
def a_socket_commits_each_message(world: World) -> Any:
    with world.sync_client() as client:
        with connected(client) as ask:
            answers = [ask("a"), ask("b")]
        return [answers, world.names()]


@theme.agrees([["2", "3"], ["a", "started"]])
def a_socket_closes_amid_uncommitted_changes(world: World) -> Any:
    with world.sync_client() as client:
        with connected(client) as ask:
            answers = [ask("a"), ask("dirty")]
        return [answers, world.names()]


@theme.agrees([["2", 200, "4"], ["a", "b", "c", "started"]])
def requests_come_while_a_socket_is_open(world: World) -> Any:
    with world.sync_client() as client:
        with connected(client) as ask:
            found = [ask("a"), client.post("/commit/b").status_code, ask("c")]
        return [found, world.names()]


@theme.differs(
    separately=[["2", 200], ["b", "started"]],
    pinned=[["2", 200], ["started"]],
    note="undid what",
    patient=False,
)
def requests_come_while_a_socket_has_uncommitted_changes(world: World) -> Any:
    with world.sync_client() as client:
        with connected(client) as ask:
            found = [ask("dirty"), client.post("/commit/b").status_code]
        return [found, world.names()]


@theme.agrees(["a", "b", "started"])
def a_socket_with_short_sessions(world: World) -> Any:
    with world.sync_client() as client:
        with connected(client, "/socket/short-sessions") as ask:
            ask("a")
            ask("b")
        return world.names()
