"""The place in which a scenario is played: a database, an application, clients."""

from __future__ import annotations

import asyncio
import inspect
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from factoryfloor.isolation import track, track_async

from .backend import Backend
from .models import Team

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession
    from starlette.types import ASGIApp, Receive, Scope, Send

    from factoryfloor.isolation import PinnedConnection, SeparateConnections

    from .theme import Scenario

    Floor = PinnedConnection | SeparateConnections


T = TypeVar("T")


class World:
    """What a scenario may use; its application runs on a backend for this URL."""

    client: httpx.AsyncClient  # on the loop of the scenario

    def __init__(
        self,
        scenario: Scenario,
        url: str,
        floor: PinnedConnection | SeparateConnections | None = None,
    ) -> None:
        self.backend = Backend(url)
        self.db = Session(self.backend.engine)
        self.floor = floor
        self._undo = [track(floor, self.db)] if floor else []
        self.app = scenario.app
        self.app.state.backend = self.backend
        self.asgi: ASGIApp = scenario.app

    @property
    def engine(self) -> sa.Engine:
        return self.backend.engine

    @cached_property
    def async_db(self) -> AsyncSession:
        """The test's own async session."""
        session = self.backend.async_session()
        if self.floor:
            self._undo.append(track_async(self.floor, session))
        return session

    def settle(self) -> None:
        """Make what the test wrote visible to others: a pinned connection does it by itself."""

    def sync_client(self) -> TestClient:
        """A client with a loop of its own; as a context manager it runs the lifespan."""
        return TestClient(self.asgi, raise_server_exceptions=False)

    def make(self, *names: str) -> None:
        """Teams of the test's own."""
        self.db.add_all(Team(name=name) for name in names)
        self.db.flush()

    async def post(self, *paths: str) -> list[int]:
        """The status codes of one request after another."""
        return [(await self.client.post(path)).status_code for path in paths]

    async def get(self, path: str) -> Any:
        """The answer to a request."""
        return (await self.client.get(path)).json()

    def close(self) -> None:
        """End what the test and its application have open."""
        self.db.close()
        for undo in self._undo:
            undo()
        asyncio.run(self.backend.dispose())

    def names(self) -> list[str]:
        """The names of the teams that another connection sees."""
        self.settle()
        with self.engine.connect() as connection:
            return sorted(connection.scalars(sa.select(Team.name)))


class SeparateWorld(World):
    """Ordinary connections: what the test wrote is committed before a request begins."""

    def __init__(self, scenario: Scenario, url: str) -> None:
        super().__init__(scenario, url)
        self.asgi = self._settled

    def settle(self) -> None:
        if self.db.is_active and self.db.in_transaction():
            self.db.commit()
        self.db.expire_all()

    async def _settled(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            self.settle()
            if "async_db" in vars(self):
                await self.async_db.commit()
        await self.app(scope, receive, send)
        if scope["type"] != "lifespan":
            self.db.expire_all()


def play(scenario: Scenario, world: World) -> Any:
    """The outcome of a scenario."""
    try:
        if inspect.iscoroutinefunction(scenario.play):
            return asyncio.run(_played(scenario.play, world))
        return scenario.play(world)
    finally:
        world.close()


async def _played(act: Callable[[World], Awaitable[Any]], world: World) -> Any:
    transport = httpx.ASGITransport(world.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as world.client:
        try:
            return await act(world)
        finally:
            if "async_db" in vars(world):
                await world.async_db.close()
            await world.backend.async_engine.dispose()


def failure(act: Callable[[], Any]) -> str:
    """The name of the error that this raises, the driver's rather than SQLAlchemy's."""
    try:
        act()
    except Exception as error:
        return name_of(error)
    return "none"


def failures(act: Callable[[T], Any], *subjects: T) -> list[str]:
    """The same of each of these."""
    return [failure(partial(act, subject)) for subject in subjects]


async def async_failure(awaitable: Awaitable[Any]) -> str:
    """The same of something to await."""
    try:
        await awaitable
    except Exception as error:
        return name_of(error)
    return "none"


def name_of(error: Exception) -> str:
    """The error's class, the driver's rather than SQLAlchemy's."""
    return type(getattr(error, "orig", None) or error).__name__
