"""The registry's own database: found, made or refused, and connected to."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import errors, sql
from psycopg.pq import PGconn, Ping

from factoryfloor.errors import ForeignDatabaseError, ServerUnreachableError

from .contents import contents
from .privileges import may_own, may_register
from .statements import create_empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.rows import TupleRow

    from factoryfloor.server import Server

_MARK: Final = "factoryfloor: the registry of the databases that it made and may drop"
# arbitrary, and the same in every process
_BOOTSTRAP_LOCK: Final = 7_405_021_998_331
_PATIENCE: Final = 60.0  # seconds

_READY: Final = """
SELECT shobj_description(d.oid, 'pg_database') IS NOT DISTINCT FROM %s AS marked,
    EXISTS (SELECT FROM pg_attribute WHERE attname = 'world' AND NOT attisdropped
        AND attrelid = to_regclass(quote_ident(current_user) || '.databases')) AS complete
FROM pg_database d WHERE d.datname = current_database()
"""

# Each role has a schema of its own, so that none can make another drop what is not its own.
# `record` is what a snapshot holds, in JSON; `world` the database that stands in this one's place,
# which is that one's `home`. The last column to be added is the one that `_READY` looks for.
_TABLE: Final = """
CREATE SCHEMA IF NOT EXISTS AUTHORIZATION CURRENT_USER;
SET LOCAL search_path TO "$user";
CREATE TABLE IF NOT EXISTS databases (
    name text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('template', 'clone')),
    project text NOT NULL,
    digest text NOT NULL,
    state text NOT NULL CHECK (state IN ('building', 'ready', 'kept')),
    owner text NOT NULL,
    oid oid,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE databases ADD COLUMN IF NOT EXISTS record json;
ALTER TABLE databases ADD COLUMN IF NOT EXISTS home text;
ALTER TABLE databases ADD COLUMN IF NOT EXISTS world text
"""

_SESSION: Final = """
SELECT set_config('search_path', '"$user"', false), set_config('idle_session_timeout', '0', false),
    set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)
"""


def open_registry(server: Server, name: str) -> psycopg.Connection[TupleRow]:
    """A connection to the registry of this name, which is made when it is missing.

    Several processes may come at once. A database of that name that is not marked is taken when
    it is empty; else `ForeignDatabaseError` is raised.
    """
    server.ensure()
    try:
        connection = connect(server, name)
    except psycopg.OperationalError:
        _create_missing(server, name)
        connection = _reach(server, name)
    with _closed_on_error(connection):
        complete(connection)
        connection.execute(_SESSION)
    return connection


def join_registry(server: Server, name: str) -> psycopg.Connection[TupleRow]:
    """One more connection to a registry that was opened before."""
    connection = connect(server, name)
    with _closed_on_error(connection):
        connection.execute(_SESSION)
    return connection


@contextlib.contextmanager
def _closed_on_error(connection: psycopg.Connection[TupleRow]) -> Iterator[None]:
    with contextlib.ExitStack() as on_error:
        on_error.callback(connection.close)
        yield
        on_error.pop_all()


def connect(server: Server, database: str) -> psycopg.Connection[TupleRow]:
    """A connection without transactions, reading text as UTF8 whatever the database's encoding.

    A server that is recovering, because one of its processes was killed, is waited for.
    """
    conninfo = server.address.conninfo(database)
    deadline = time.monotonic() + _PATIENCE
    recovering = True  # so there is a second attempt, for it may have recovered just now
    while True:
        try:
            return psycopg.connect(conninfo, autocommit=True, client_encoding="UTF8")
        except psycopg.OperationalError:
            if not recovering or time.monotonic() > deadline:
                raise
        recovering = PGconn.ping(conninfo.encode()) == Ping.REJECT
        if recovering:
            time.sleep(0.02)


def names_on(server: Server) -> set[str]:
    """The names of all databases of the server."""
    with _reach(server, server.maintenance) as maintenance:
        return {name for (name,) in maintenance.execute("SELECT datname FROM pg_database")}


def _reach(server: Server, database: str) -> psycopg.Connection[TupleRow]:
    try:
        return connect(server, database)
    except psycopg.OperationalError as error:
        raise ServerUnreachableError(
            f"factoryfloor cannot connect to the database {database!r} of {server.describe()}: "
            f"{str(error).strip()}. Mend that, or name another server in TEST_DATABASE_URL."
        ) from error


def _create_missing(server: Server, name: str) -> None:
    if name not in names_on(server):
        # another process may make it at the same time; then PostgreSQL lets this one wait
        made_meanwhile = contextlib.suppress(errors.DuplicateDatabase, errors.UniqueViolation)
        with _reach(server, server.maintenance) as maintenance, made_meanwhile:
            create_empty(maintenance, name)


def complete(connection: psycopg.Connection[TupleRow]) -> None:
    """Have the connected database be a registry, with the table as it is today."""
    if _standing(connection) == (True, True):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_BOOTSTRAP_LOCK])
        marked, complete = _standing(connection)
        if not marked:
            _mark(connection)
        if not complete:
            with may_register(connection):
                connection.execute(_TABLE)


def _standing(connection: psycopg.Connection[TupleRow]) -> tuple[bool, bool]:
    found = connection.execute(_READY, [_MARK]).fetchone()
    assert found is not None
    return found[0], found[1]


def _mark(connection: psycopg.Connection[TupleRow]) -> None:
    name = connection.info.dbname
    if held := contents(connection):
        raise ForeignDatabaseError(
            f"factoryfloor keeps its registry in a database named {name!r}, but this server has "
            f"one that is not factoryfloor's: it holds {held}. It was left untouched; rename it, "
            "or name another server in TEST_DATABASE_URL."
        )
    database = sql.Identifier(name)
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(_MARK))
    with may_own(connection, name):
        connection.execute(comment)
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO PUBLIC").format(database))
