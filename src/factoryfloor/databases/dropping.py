"""Databases dropped in the background, so that no test waits for them."""

from __future__ import annotations

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import psycopg

from factoryfloor.errors import FactoryFloorError

from .making import discard
from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.rows import TupleRow


class Drops:
    """Drops recorded databases one after another, in a thread with a connection of its own.

    `connect` opens that connection to the registry. `struck` is called in the thread with each
    name that is dropped; what could not be dropped stays recorded.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[TupleRow]],
        struck: Callable[[str], None],
    ) -> None:
        self._connect = connect
        self._struck = struck
        # at the interpreter's end, its thread carries out what is pending before it ends
        self._executor = ThreadPoolExecutor(1, "factoryfloor-drops")
        self._pending: dict[str, Future[None]] = {}
        self._registry: Registry | None = None

    def add(self, name: str) -> None:
        """Drop this database soon."""
        for each, future in list(self._pending.items()):
            if future.done():
                self._pending.pop(each, None)
        self._pending[name] = self._executor.submit(self._drop, name)

    def is_pending(self, name: str) -> bool:
        """Whether this name's drop has neither succeeded nor failed yet."""
        future = self._pending.get(name)
        return future is not None and not future.done()

    def settle(self, name: str) -> None:
        """Return once this name's drop, if there is one, has succeeded or failed."""
        if future := self._pending.get(name):
            wait([future])

    def close(self) -> None:
        """Return once nothing is pending, and disconnect."""
        self._executor.shutdown()
        if self._registry is not None:
            self._registry.connection.close()

    def _drop(self, name: str) -> None:
        with contextlib.suppress(FactoryFloorError, psycopg.Error):
            try:
                self._discard(name)
            except psycopg.OperationalError:  # the connection was lost since the last drop
                self._discard(name)
            self._struck(name)

    def _discard(self, name: str) -> None:
        if self._registry is None or self._registry.connection.closed:
            self._registry = Registry(self._connect())
        discard(self._registry, name)
