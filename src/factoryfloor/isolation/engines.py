"""The hook by which every SQLAlchemy engine connects to where the test wants it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, Pool, event
from sqlalchemy.exc import DisconnectionError

from factoryfloor.errors import IsolationError

from .asynchronous import AsyncVirtualConnection
from .connection import VirtualConnection
from .virtual import VirtualBase

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

    from .pinned import PinnedConnection

    Target = Callable[[Dialect, dict[str, Any]], PinnedConnection | str | None]

_ORIGIN = "factoryfloor_origin"
_ADDRESS = frozenset(
    {"host", "hostaddr", "port", "user", "password", "passfile", "dbname", "service"}
    | {"channel_binding", "gssencmode", "target_session_attrs", "load_balance_hosts"}
)


class _Origin(NamedTuple):
    """Where a pooled connection leads, and what was asked to know it."""

    target: PinnedConnection | str | None
    dialect: Dialect
    cparams: dict[str, Any]


def install(target: Target) -> Callable[[], None]:
    """Have `target(dialect, cparams)` say where engines on PostgreSQL connect; returns the undo.

    A pinned connection stands for a virtual connection over it, a conninfo string for a real one
    there, None for where the engine's URL says. Engines made before are covered, too; a pooled
    connection that leads elsewhere, or belongs to another test, is made anew at its checkout.
    """
    hook = _Hook(target)
    event.listen(Engine, "do_connect", hook.connect)
    event.listen(Pool, "checkout", hook.check_out)

    def undo() -> None:
        event.remove(Engine, "do_connect", hook.connect)
        event.remove(Pool, "checkout", hook.check_out)

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
            return dialect.connect(*cargs, **_redirected(cparams, target))
        return _virtual(dialect, target, cparams)

    def check_out(
        self,
        connection: DBAPIConnection,
        record: ConnectionPoolEntry,
        proxy: PoolProxiedConnection,
    ) -> None:
        """Have the pool connect anew where this connection does not lead to today's target."""
        driver: Any = getattr(connection, "driver_connection", connection)
        if not isinstance(driver, psycopg.BaseConnection):
            return
        origin = record.info.get(_ORIGIN)
        if origin is None:
            self._check_foreign(driver, record, proxy)
        elif self.target(origin.dialect, origin.cparams) != origin.target:
            raise DisconnectionError("leads to another database")
        elif isinstance(driver, VirtualBase):
            if driver.born != driver.pinned.epoch:  # what it was set up with was rolled back
                raise DisconnectionError("belongs to another test")
            driver.virtual.configuring = False

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


def _virtual(
    dialect: Dialect, pinned: PinnedConnection, cparams: dict[str, Any]
) -> DBAPIConnection:
    context = cparams.get("context")
    settings = _startup_settings(cparams.get("options"))

    async def connect(*_args: Any, **_kwargs: Any) -> AsyncVirtualConnection:
        connection = AsyncVirtualConnection(pinned, context)
        _configure(connection, cparams, settings)
        return connection

    if dialect.is_async:  # SQLAlchemy's own adapter comes on top
        adapted: DBAPIConnection = dialect.loaded_dbapi.connect(async_creator_fn=connect)
        return adapted
    plain = VirtualConnection(pinned, context)
    _configure(plain, cparams, settings)
    return cast("DBAPIConnection", plain)


def _configure(
    connection: VirtualBase, cparams: dict[str, Any], settings: dict[str, bytes]
) -> None:
    """Apply what the engine asks of its connections."""
    connection._autocommits = bool(cparams.get("autocommit"))
    if settings:
        turns = connection.pinned.turns
        with turns.turn(connection.virtual):
            turns.wire.assign(settings, local=False)
            turns.arbitration.commit(connection.virtual)


def _startup_settings(options: str | None) -> dict[str, bytes]:
    """The settings in libpq's `options`: `-c name=value`, `-cname=value`, `--name=value`."""
    words = iter(shlex.split(options or ""))
    found = {}
    for word in words:
        setting = next(words, "") if word == "-c" else word.removeprefix("-c").removeprefix("--")
        name, equals, value = setting.partition("=")
        if equals:
            found[name.replace("-", "_")] = value.encode()
    return found


def _redirected(cparams: dict[str, Any], conninfo: str) -> dict[str, Any]:
    """The engine's connect arguments with another address."""
    kept = {
        key: value
        for key, value in cparams.items()
        if key not in _ADDRESS and not key.startswith("ssl")
    }
    return kept | conninfo_to_dict(conninfo)


def _described(parameters: dict[str, str]) -> str:
    user, host = parameters.get("user", ""), parameters.get("host", "")
    database = parameters.get("dbname") or user
    return f"postgresql+psycopg://{user}@/{database}?host={host}"
