"""What an engine is handed for a connection, be it virtual or real."""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING, Any, cast

from psycopg.conninfo import conninfo_to_dict

from factoryfloor.errors import IsolationError

from .asynchronous import AsyncVirtualConnection
from .connection import VirtualConnection
from .real import AsyncRealConnection, RealConnection

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect

    from .pinned import PinnedConnection
    from .separate import SeparateConnections
    from .virtual import VirtualBase

_ADDRESS = frozenset(
    {"host", "hostaddr", "port", "user", "password", "passfile", "dbname", "service"}
    | {"channel_binding", "gssencmode", "target_session_attrs", "load_balance_hosts"}
)
_TRUE = frozenset({b"on", b"true", b"yes", b"1"})


def driver_of(connection: DBAPIConnection) -> Any:
    """The driver's own connection, below SQLAlchemy's adapter of async ones."""
    return getattr(connection, "driver_connection", connection)


def virtual_connection(
    dialect: Dialect, pinned: PinnedConnection, cparams: dict[str, Any]
) -> DBAPIConnection:
    """A connection over the pinned one, with what the engine asks of its connections."""
    context = cparams.get("context")
    settings = _startup_settings(cparams.get("options"))

    async def connect(*_args: Any, **_kwargs: Any) -> AsyncVirtualConnection:
        _refuse_other_loops()
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
    """Have its transactions begin as the engine asks."""
    connection._autocommits = bool(cparams.get("autocommit"))
    virtual = connection.virtual
    virtual.startup = dict(settings)
    # a savepoint does not begin by this default
    virtual.read_only = virtual.startup.pop("default_transaction_read_only", b"") in _TRUE


def _refuse_other_loops() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise IsolationError(
            "asynchronous engines of SQLAlchemy's need the loop of asyncio, and this code runs on"
            " another or on none: with anyio, let the fixture anyio_backend be 'asyncio'"
        ) from None


def separate_connection(
    dialect: Dialect, target: SeparateConnections, cargs: list[Any], cparams: dict[str, Any]
) -> DBAPIConnection:
    """A real connection to a test's own database."""
    arguments = redirected(cparams, target.conninfo)
    connection: DBAPIConnection
    if dialect.is_async:  # SQLAlchemy's own adapter comes on top
        arguments["async_creator_fn"] = AsyncRealConnection.connect
        connection = dialect.connect(*cargs, **arguments)
    else:
        connection = cast("DBAPIConnection", RealConnection.connect(*cargs, **arguments))
    target.adopt(driver_of(connection))
    return connection


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


def redirected(cparams: dict[str, Any], conninfo: str) -> dict[str, Any]:
    """The engine's connect arguments with another address."""
    kept = {
        key: value
        for key, value in cparams.items()
        if key not in _ADDRESS and not key.startswith("ssl")
    }
    return kept | conninfo_to_dict(conninfo)
