"""CREATE, DROP and ALTER DATABASE, as factoryfloor needs them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from psycopg import errors, sql

from .privileges import may_create, may_own, may_terminate

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

# PostgreSQL itself waits 5 seconds for a database in use before it gives up
_ATTEMPTS: Final = 5
_IS_TEMPLATE: Final = "SELECT FROM pg_database WHERE datname = %s AND datistemplate"


def create_empty(connection: psycopg.Connection[TupleRow], name: str) -> None:
    """A database without anything in it.

    From template0, which nobody can alter or be connected to: template1 may hold a site's own
    objects, of which no digest knows. UTF8, because a cluster made in a bare container has none.
    """
    _create(connection, name, sql.SQL("TEMPLATE template0 ENCODING 'UTF8'"))


def create_clone(
    connection: psycopg.Connection[TupleRow], name: str, template: str, strategy: str
) -> None:
    """A copy of a template; `strategy` is FILE_COPY or WAL_LOG."""
    source, how = sql.Identifier(template), sql.Identifier(strategy)
    _create(connection, name, sql.SQL("TEMPLATE {} STRATEGY {}").format(source, how))


def _create(connection: psycopg.Connection[TupleRow], name: str, options: sql.Composable) -> None:
    statement = sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), options)
    with may_create(connection):
        _persist(connection, statement)


def drop_forced(connection: psycopg.Connection[TupleRow], name: str) -> None:
    """Drop a database, template or not, and whatever is connected to it."""
    database = sql.Identifier(name)
    with may_terminate(connection):
        # not in every case: a database whose drop was cut short can be dropped, but not altered
        if connection.execute(_IS_TEMPLATE, [name]).rowcount:
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(database))
        _persist(connection, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))


def drop_unused(connection: psycopg.Connection[TupleRow], name: str) -> None:
    """Drop a database unless somebody is connected to it: then `ObjectInUse` is raised."""
    with may_own(connection, name):
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def rename(connection: psycopg.Connection[TupleRow], name: str, new: str) -> None:
    """Give a database another name; `ObjectInUse` is raised after five seconds of being used.

    Whoever connects meanwhile waits, and is told then that there is none of this name.
    """
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with may_own(connection, name):
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(new)))


def seal(connection: psycopg.Connection[TupleRow], name: str) -> None:
    """Make a database a template: nobody may connect, and whoever still is connected is not."""
    statement = sql.SQL("ALTER DATABASE {} IS_TEMPLATE true ALLOW_CONNECTIONS false")
    connection.execute(statement.format(sql.Identifier(name)))
    with may_terminate(connection):
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = %s AND usesysid IS NOT NULL",
            [name],
        )


def _persist(connection: psycopg.Connection[TupleRow], statement: sql.Composed) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            connection.execute(statement)
        except errors.ObjectInUse:
            if attempt == _ATTEMPTS:
                raise
            time.sleep(0.05)
        else:
            return
