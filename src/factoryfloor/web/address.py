"""Which database an application's engine names, and how to tell its connections from others."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from factoryfloor.errors import SettingsError
from factoryfloor.server import ExternalServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from factoryfloor.server import Server

_KEYWORDS: Final = frozenset(each.keyword.decode() for each in Conninfo.get_defaults())
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class EngineAddress:
    """The database to which an engine's URL leads, whose name is `database`.

    Raises `SettingsError` where the engine is of another driver, or names no database.
    """

    def __init__(self, engine: Engine | AsyncEngine) -> None:
        dialect = engine.dialect
        if (dialect.name, dialect.driver) != ("postgresql", "psycopg"):
            raise SettingsError(
                f"the application's engine is on {dialect.name} with the driver {dialect.driver}; "
                "the test endpoints need PostgreSQL on psycopg 3, a postgresql+psycopg:// URL."
            )
        self._parameters: Mapping[str, Any] = dialect.create_connect_args(engine.url)[1]
        self.database = _database(self._parameters)
        if not self.database:
            raise SettingsError(
                "the URL of the application's engine names no database; the test endpoints need it."
            )

    def server(self, usual: Server | None) -> Server:
        """The `usual` server where the database is there, else the one that the URL names."""
        own = self._parameters
        if usual is not None:
            address = usual.address
            if _place({"host": address.host, "port": address.port}) == _place(own):
                return usual
        known = {key: str(value) for key, value in own.items() if key in _KEYWORDS}
        url = f"postgresql://?{urlencode(known, quote_via=quote)}"
        return ExternalServer(url, "the URL of the application's engine")

    def matches(self, parameters: Mapping[str, Any]) -> bool:
        """Whether a connection with these parameters leads to the same database."""
        same = _database(parameters) == self.database
        return same and _place(parameters) == _place(self._parameters)


def leading_to(database: str, parameters: Mapping[str, Any]) -> str:
    """The libpq address of another database for a connection with these parameters."""
    known = ((key, str(value)) for key, value in parameters.items() if key in _KEYWORDS)
    return _conninfo(database, tuple((key, value) for key, value in known if key != "dbname"))


@functools.lru_cache(maxsize=256)
def _conninfo(database: str, parameters: tuple[tuple[str, str], ...]) -> str:
    return make_conninfo("", dbname=database, **dict(parameters))


def _place(parameters: Mapping[str, Any]) -> tuple[str, str]:
    """Host and port, as libpq completes them."""
    host = str(parameters.get("host") or os.environ.get("PGHOST", ""))
    port = str(parameters.get("port") or os.environ.get("PGPORT") or 5432)
    return "localhost" if host in _LOOPBACK else host, port


def _database(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get("dbname") or "")
