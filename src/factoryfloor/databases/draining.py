"""Worlds that were replaced: each is dropped once nothing is under way in it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Final

import psycopg

from factoryfloor.errors import FactoryFloorError

from .making import discard
from .placing import is_replaced
from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.rows import TupleRow

_SHORTEST: Final = 0.01  # seconds between two looks at what is still in use
_LONGEST: Final = 1.0


class Drains:
    """Drops worlds in a thread, as each becomes free; nothing waits for it, no exit either.

    `connect` opens a connection to the registry. What is in use until `close()` stays recorded, so
    that a later run drops it.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection[TupleRow]]) -> None:
        self._connect = connect
        self._pending: list[str] = []
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, world: str) -> None:
        """Drop this world once nobody is in it."""
        with self._lock:
            self._pending.append(world)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._drain, name="factoryfloor-drains", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Drop what is free by now, and end."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def _drain(self) -> None:
        pause, registry, last = _SHORTEST, None, False
        while not last:
            last = self._closing.is_set()
            with contextlib.suppress(FactoryFloorError, psycopg.Error):
                if registry is None or registry.connection.closed:
                    registry = Registry(self._connect())
                self._drop_free(registry)
            with self._lock:
                if not self._pending:
                    self._thread = None
                    break
            self._closing.wait(pause)
            pause = min(pause * 2, _LONGEST)
        if registry is not None:
            registry.connection.close()

    def _drop_free(self, registry: Registry) -> None:
        for world in list(self._pending):
            # what cannot be dropped now is no reason to let the others stand
            with contextlib.suppress(FactoryFloorError, psycopg.Error):
                if _dropped(registry, world):
                    self._pending.remove(world)


def _dropped(registry: Registry, world: str) -> bool:
    """Whether this world is gone, or needed again; else somebody is in it."""
    if not registry.locks.try_acquire(world):
        return False
    try:
        if is_replaced(registry, world):
            discard(registry, world)
    finally:
        registry.locks.release(world)
    return True
