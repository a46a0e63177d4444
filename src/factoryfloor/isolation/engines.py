"""The hook by which every SQLAlchemy engine connects to where the test wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from sqlalchemy import Engine, Pool, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

from factoryfloor.errors import IsolationError

from .connecting import driver_of, redirected, separate_connection, virtual_connection
from .separate import SeparateConnections
from .sessions import begun
from .virtual import VirtualBase

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

    from .pinned import PinnedConnection

    Where = PinnedConnection | SeparateConnections | str | None
    Target = Callable[[Dialect, dict[str, Any]], Where]

_ORIGIN = "factoryfloor_origin"


class _Origin(NamedTuple):
    """Where a pooled connection leads, and what was asked to know it."""

    target: Where
    dialect: Dialect
    cparams: dict[str, Any]


def install(target: Target) -> Callable[[], None]:
    """Have `target(dialect, cparams)` say where engines on PostgreSQL connect; returns the undo.

    A pinned connection stands for a virtual connection over it, separate connections and a conninfo
    string for a real one there, None for where the engine's URL says. Engines made before are
    covered, too; a pooled connection that leads elsewhere, or was set up within another test, is
    made anew at its checkout.
    """
    hook = _Hook(target)
    event.listen(Engine, "do_connect", hook.connect)
    event.listen(Pool, "checkout", hook.check_out)
    event.listen(Session, "after_begin", hook.begun)

    def undo() -> None:
        event.remove(Engine, "do_connect", hook.connect)
        event.remove(Pool, "checkout", hook.check_out)
        event.remove(Session, "after_begin", hook.begun)

    return undo


class _Hook:
    def __init__(self, target: Target) -> None:
        self.target = target

    def connect(
        self,
        dialect: Dialect,
        record: ConnectionPoolEntry | None,
        cargs: list[Any],
        cparams: dict[str, Any],
    ) -> DBAPIConnection | None:
        """A connection to the target, or None to let SQLAlchemy connect."""
        if dialect.name != "postgresql":
            return None
        target = self.target(dialect, cparams)
        if record is not None:
            record.info[_ORIGIN] = _Origin(target, dialect, dict(cparams))
        if target is None:
            return None
        if dialect.driver != "psycopg":
            raise IsolationError(
                f"an engine uses the driver {dialect.driver}, which cannot join the test's"
                " transaction: make it with a postgresql+psycopg:// URL"
            )
        if isinstance(target, str):
            return dialect.connect(*cargs, **redirected(cparams, target))
        if isinstance(target, SeparateConnections):
            return separate_connection(dialect, target, cargs, cparams)
        return virtual_connection(dialect, target, cparams)

    def check_out(
        self,
        connection: DBAPIConnection,
        record: ConnectionPoolEntry,
        proxy: PoolProxiedConnection,
    ) -> None:
        """Have the pool connect anew where this connection does not lead to today's target."""
        driver = driver_of(connection)
        if not isinstance(driver, psycopg.BaseConnection):
            return
        origin = record.info.get(_ORIGIN)
        if origin is None:
            self._check_foreign(driver, record, proxy)
        elif self.target(origin.dialect, origin.cparams) != origin.target:
            raise DisconnectionError("leads to another database")
        elif isinstance(driver, VirtualBase):
            if driver.born is not driver.pinned.epoch and not driver.renewed():
                raise DisconnectionError("belongs to another test")
            driver.handed_out()
            driver.pinned.checkouts.add(record, driver)
        elif isinstance(origin.target, SeparateConnections):
            origin.target.hand_out(record, driver)

    def begun(self, session: Session, transaction: Any, connection: Connection) -> None:
        """Have a tracked session take note of its transaction."""
        begun(session, transaction, connection)

    def _check_foreign(
        self,
        driver: psycopg.BaseConnection[Any],
        record: ConnectionPoolEntry,
        proxy: PoolProxiedConnection,
    ) -> None:
        """Renew a connection made before this hook; refuse one that is not made through it."""
        dialect = proxy._pool._dialect  # there is no public way to it
        parameters = driver.info.get_parameters()
        if self.target(dialect, parameters) is None:
            return
        history = record.record_info
        assert history is not None  # SQLAlchemy makes the dictionary when asked for it
        if not history.pop(_ORIGIN, False):
            history[_ORIGIN] = True
            raise DisconnectionError("made before factoryfloor was active")
        raise IsolationError(
            f"an engine connects by itself to {_described(parameters)}, outside of the test's"
            " transaction: drop its creator= (or async_creator=) and connect by URL"
        )


def _described(parameters: dict[str, str]) -> str:
    user, host = parameters.get("user", ""), parameters.get("host", "")
    database = parameters.get("dbname") or user
    return f"postgresql+psycopg://{user}@/{database}?host={host}"
