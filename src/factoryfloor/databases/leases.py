"""The registry as one process holds it: one connection, and the names leased over it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Final, TypeVar

import psycopg

from factoryfloor.errors import FactoryFloorError

from .making import discard
from .names import alternatives
from .registry import Registry, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from psycopg.rows import TupleRow

# where one of its processes was killed, the server goes on for a moment, and then ends them all
_ATTEMPTS: Final = 3
# a backend that has outlived its server, whose files are being removed, may still answer
_WITHOUT_FILES: Final = (psycopg.errors.UndefinedFile, psycopg.errors.IoError)
_Result = TypeVar("_Result")


class Leases:
    """The names that this process leases, which PostgreSQL frees when the process dies.

    `connect` opens a connection to the registry: at first use, and again when it was lost, because
    the server died for example. Of the leases those then stay whose databases are still there.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection[TupleRow]]) -> None:
        self._connect = connect
        self._lock = threading.RLock()
        self._registry: Registry | None = None
        self.names: set[str] = set()

    def use(self, act: Callable[[Registry], _Result]) -> _Result:
        """What `act` returns; it is called again where the connection was lost meanwhile."""
        with self._lock:
            for _ in range(_ATTEMPTS - 1):
                try:
                    return act(self._connected())
                except (psycopg.Error, FactoryFloorError) as error:
                    if not self._is_lost(error):
                        raise
            return act(self._connected())

    def _connected(self) -> Registry:
        if self._registry is None:
            registry = self._registry = Registry(self._connect())
            self.names = {name for name in self.names if _regained(registry, name)}
        return self._registry

    def _is_lost(self, error: Exception) -> bool:
        """Whether the server is gone, which only a statement shows; then it is let go."""
        if self._registry is None:  # it went while it was opened
            return isinstance(error, psycopg.OperationalError)
        if isinstance(error, _WITHOUT_FILES) or not self._answers():
            self._registry.connection.close()
            self._registry = None
            return True
        return False

    def _answers(self) -> bool:
        assert self._registry is not None
        try:
            self._registry.connection.execute("SELECT")
        except psycopg.Error:
            return False
        return True

    def close(self, keep: Collection[str]) -> None:
        """Drop what is leased, except `keep`, and disconnect."""
        with self._lock:
            if self._registry is None:
                return
            with self._registry.connection:
                for name in self.names:
                    # what cannot be dropped now stays recorded, so that a later run drops it
                    with contextlib.suppress(FactoryFloorError, psycopg.Error):
                        if name in keep:
                            self._registry.keep(name)
                        else:
                            discard(self._registry, name)

    def take(self, registry: Registry, name: str, is_going: Callable[[str], bool]) -> str:
        """The first of `name`, `name_2`, … that no other process leases; it is then leased.

        Passed over is also one of this process' own that `is_going`, because it is being dropped.
        """
        for chosen in alternatives(name):
            if is_going(chosen):
                continue
            if chosen in self.names or registry.locks.try_acquire_at_gate(chosen):
                break
        self.names.add(chosen)
        return chosen

    def give_back(self, name: str) -> None:
        """End a lease; what cannot be told to the server ended with its connection."""
        # in this order: who takes the name in between shares the lock before it is released
        self.names.discard(name)
        if self._registry is not None:
            with contextlib.suppress(psycopg.Error):
                self._registry.locks.release(name)


def apart(
    connect: Callable[[], psycopg.Connection[TupleRow]], act: Callable[[Registry], _Result]
) -> _Result:
    """What `act` returns on a connection of its own, so that it keeps nobody waiting."""
    leases = Leases(connect)
    try:
        return leases.use(act)
    finally:
        leases.close(())


def _regained(registry: Registry, name: str) -> bool:
    """Whether a name leased over a lost connection is leased over this one."""
    return registry.standing(name) is Standing.OURS and registry.locks.try_acquire(name)
