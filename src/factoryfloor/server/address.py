"""How to reach a PostgreSQL server, in libpq's words and in SQLAlchemy's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Mapping

# What libpq and SQLAlchemy, whose 2.0 does not decode it, read alike in a path.
_READ_ALIKE: Final = re.compile(r"[\w.$+-]*")


@dataclass(frozen=True)
class Address:
    """A server's address; `host` is a name, or the folder that holds its socket.

    What is empty is left to libpq's defaults; `options` are further libpq parameters.
    """

    host: str
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    options: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def place(self) -> str:
        """Where the server is, for a message."""
        if self.host.startswith("/"):
            return f"the socket of port {self.port} in {self.host}"
        return f"{self.host or self.options.get('hostaddr', 'localhost')}:{self.port}"

    def conninfo(self, database: str) -> str:
        """The connection string of a database, for libpq and psycopg."""
        given = {"host": self.host, "user": self.user, "password": self.password}
        parameters = {name: value for name, value in given.items() if value}
        return make_conninfo("", port=self.port, dbname=database, **parameters, **self.options)

    def url(self, database: str) -> str:
        """The same as a SQLAlchemy URL on psycopg."""
        query = dict(self.options)
        path, place = database, ""
        if not _READ_ALIKE.fullmatch(database):
            path, query = "", {"dbname": database, **query}
        if self.host.startswith("/"):
            query = {"host": self.host, "port": str(self.port), **query}
        else:
            host = f"[{self.host}]" if ":" in self.host else self.host
            place = f"{host}:{self.port}"
        parameters = f"?{urlencode(query, quote_via=quote, safe='/')}" if query else ""
        return f"postgresql+psycopg://{self._login()}{place}/{path}{parameters}"

    def _login(self) -> str:
        if not self.user:
            return ""
        password = f":{quote(self.password, safe='')}" if self.password else ""
        return f"{quote(self.user, safe='')}{password}@"
