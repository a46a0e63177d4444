"""A PostgreSQL server of the user's own, named by a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from factoryfloor.errors import InsufficientPrivilegeError, SettingsError

from .binaries import OLDEST
from .diagnosis import explain, is_about_the_database, without
from .url import VARIABLE, address_in, database_in

if TYPE_CHECKING:
    from .address import Address

CONNECT_TIMEOUT = "10"  # seconds, unless the URL says otherwise
FACTS = """
    SELECT current_setting('server_version_num')::int / 10000, current_user,
           rolsuper OR rolcreatedb
    FROM pg_roles WHERE rolname = current_user
"""


class ExternalServer:
    """The server at a URL that `source` holds; `ensure` checks once that it can be used."""

    strategy = "WAL_LOG"

    def __init__(self, url: str, source: str = VARIABLE) -> None:
        self.address = address_in(url, source)
        self.maintenance = "postgres"
        self._source = source
        named = database_in(url, source)
        self._candidates = dict.fromkeys(["postgres", named or "postgres", "template1"])
        self._usable = False

    def describe(self) -> str:
        """Where the server is, and who asks there."""
        user = f" as {self.address.user}" if self.address.user else ""
        return f"PostgreSQL at {self.address.place}{user}"

    def ensure(self) -> None:
        """Check that the server answers, is new enough, and lets this role make databases."""
        if not self._usable:
            with self._connect() as connection:
                _check(connection, self.address, self._source)
            self._usable = True

    def _connect(self) -> psycopg.Connection:
        """A connection to the first maintenance database that there is."""
        first: psycopg.Error | None = None
        for database in self._candidates:
            try:
                connection = psycopg.connect(_conninfo(self.address, database), autocommit=True)
            except psycopg.Error as error:
                first = first or error
                if not is_about_the_database(error):
                    raise explain(error, self.address, self._source) from None
            else:
                self.maintenance = database
                return connection
        assert first is not None
        raise explain(first, self.address, self._source)


def _conninfo(address: Address, database: str) -> str:
    timeout = address.options.get("connect_timeout", CONNECT_TIMEOUT)
    return make_conninfo(address.conninfo(database), connect_timeout=timeout)


def _check(connection: psycopg.Connection, address: Address, source: str) -> None:
    found = connection.execute(FACTS).fetchone()
    assert found is not None
    version, role, may_create = found
    check_version(version, source)
    if not may_create:
        raise InsufficientPrivilegeError(
            f"The role {role!r} may not create databases at {address.place}. As a superuser: "
            f'ALTER ROLE "{role}" CREATEDB; name another role in {source}, '
            f"{without(source)}"
        )


def check_version(version: int, source: str = VARIABLE) -> None:
    """Raise if a server of this major version lacks what is needed."""
    if version < OLDEST:
        raise SettingsError(
            f"{source} names a PostgreSQL {version}, but factoryfloor needs 15 to 18. "
            f"Name a newer server, {without(source)}"
        )
