"""The test endpoints, and every other request led to the world that stands when it begins."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
import time
from typing import TYPE_CHECKING, Final

import psycopg
from starlette.concurrency import run_in_threadpool

from factoryfloor.errors import FactoryFloorError
from factoryfloor.floor import current_world
from factoryfloor.isolation import install

from .access import check_access
from .endpoints import FIND, PATHS, endpoints
from .finding import open_home
from .home import visited
from .places import place_of_test
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
    from concurrent.futures import Future
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Dialect
    from starlette.types import ASGIApp, Receive, Scope, Send

    from .home import Home

_RETRY: Final = 1.0  # seconds until an application's request looks again whether it is to be led
_IN_PROCESS: Final = frozenset({"test", "testserver", "testclient"})
"""The hosts of clients that call an application in a test without any network."""


class Door:
    """Serves one application. Its database is found at the first request, or as it starts."""

    def __init__(self, app: ASGIApp, folder: Path, config: str | Path | None) -> None:
        self._app = app
        self._endpoints = endpoints()
        self._open_home = functools.partial(open_home, folder, config)
        self._opened = contextlib.ExitStack()
        self._home: Home | None = None
        self._looked_at = float("-inf")
        self._uninstall: Callable[[], None] | None = None
        self._lock = threading.RLock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is for the endpoints, and pass everything else on."""
        if scope["type"] == "http" and _path(scope) in PATHS:
            await self._answer(scope, receive, send)
        elif place_of_test(scope) is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        else:
            async with self._led():
                await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = place_of_test(scope)
        try:
            check_access(scope, () if place is None else _IN_PROCESS)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        find = self.home if place is None else lambda: place
        await self._endpoints({**scope, FIND: find}, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """From the application's start to its end; what it does then is led too."""
        await self._look()
        try:
            await self._app(scope, receive, send)
        finally:
            await run_in_threadpool(self.rest)

    @contextlib.asynccontextmanager
    async def _led(self) -> AsyncIterator[None]:
        """A request that stays where it begins, whatever is seeded meanwhile."""
        home = await self._look()
        world = None if home is None else await _entered(home)
        token = visited.set(world)
        try:
            yield
        finally:
            visited.reset(token)
            if home is not None and world is not None:
                home.leave(world)

    async def _look(self) -> Home | None:
        """The application's database, None where its requests are not to be led."""
        if self._home is None and self._is_to_look:
            await run_in_threadpool(self._look_now)
        return self._home

    def _look_now(self) -> None:
        # the application goes on as if there were no test endpoints; these tell why they refuse
        with self._lock, contextlib.suppress(FactoryFloorError, psycopg.Error):
            if self._is_to_look:
                self.home()

    @property
    def _is_to_look(self) -> bool:
        return time.monotonic() - self._looked_at > _RETRY

    def home(self) -> Home:
        """The application's database, found at the first call; else why it cannot be used."""
        with self._lock:
            if self._home is None:
                self._looked_at = time.monotonic()
                self._home = self._opened.enter_context(self._open_home())
                self._install()
            return self._home

    def rest(self) -> None:
        """Lead engines nowhere until the next request; what a pool leads elsewhere is renewed."""
        with self._lock:
            self._home = None
            self._looked_at = float("-inf")
            self._opened.close()  # once a scenario that is being built is whole

    def close(self) -> None:
        """Rest for good: what pools hold stays as it is."""
        self.rest()
        if self._uninstall is not None:
            self._uninstall()
            self._uninstall = None

    def _install(self) -> None:
        if self._uninstall is None:
            self._uninstall = install(self._target)

    def _target(self, _dialect: Dialect, cparams: Mapping[str, Any]) -> str | None:
        """Where an engine connects; a scenario that is being built has all engines for itself."""
        home = self._home
        return current_world() or (None if home is None else home.target(cparams))


async def _entered(home: Home) -> str | None:
    """The world that stands now; None where the registry does not answer."""
    try:
        future = home.enter()
    except RuntimeError:  # it was closed just now
        return None
    try:
        return await asyncio.wrap_future(future)
    except psycopg.Error:
        return None
    except asyncio.CancelledError:
        future.add_done_callback(functools.partial(_leave, home))
        raise


def _leave(home: Home, entered: Future[str]) -> None:
    if not entered.cancelled() and entered.exception() is None:
        home.leave(entered.result())


def _path(scope: MutableMapping[str, Any]) -> str:
    """The path below the one at which the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
