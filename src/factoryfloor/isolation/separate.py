"""A database of one test's own, on which every connection is real, and so is every commit."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

from psycopg.pq import TransactionStatus

from .checkouts import Checkouts
from .counted import counted
from .leftovers import described
from .statements import Kind, recognise, text_of

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.pool import ConnectionPoolEntry

    from .sessions import TrackedSession


class SeparateConnections:
    """Engines connect for real to the database at `conninfo`, whose name is `database`.

    The test's own sessions commit when another transaction begins, as they do on a pinned
    connection, so that a test reads the same on both.
    """

    def __init__(self, conninfo: str, database: str) -> None:
        self.conninfo = conninfo
        self.database = database
        self.statements = 0
        self.tracked: list[TrackedSession] = []
        self._checkouts = Checkouts()
        self._set_up = weakref.WeakSet[Any]()  # connections that a pool has handed out
        self._counting = threading.Lock()
        self._settling = threading.RLock()

    def adopt(self, connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> None:
        """Have the cursors of a new connection tell of their statements."""
        connection.cursor_factory = counted(connection.cursor_factory, self)
        connection.server_cursor_factory = counted(connection.server_cursor_factory, self)

    def hand_out(
        self, record: ConnectionPoolEntry, connection: psycopg.BaseConnection[Any]
    ) -> None:
        """Take down that a pool hands this connection out: from now on its statements count."""
        self._set_up.add(connection)
        self._checkouts.add(record, connection)

    def count(self, connection: psycopg.BaseConnection[Any], query: Any) -> bool:
        """Count a statement, and tell whether it begins a transaction of its own."""
        plain = recognise(text_of(query, connection)).kind is Kind.PLAIN
        if not plain or connection not in self._set_up:
            return False
        with self._counting:
            self.statements += 1
        return connection.info.transaction_status == TransactionStatus.IDLE

    def settle(self, connection: psycopg.BaseConnection[Any]) -> None:
        """Commit the test's own sessions, for a transaction begins on this connection."""
        with self._settling:
            for each in self.tracked:
                if each.connection is not connection:
                    each.commit()

    async def settle_async(self, connection: psycopg.BaseConnection[Any]) -> None:
        """The same from a coroutine."""
        self.settle(connection)
        for each in self.tracked:
            if each.connection is not connection:
                await each.commit_async()

    def end(self) -> list[str]:
        """Close every connection; returns descriptions of those that were not given back."""
        left = described(self._checkouts.left(), [])
        for connection in self._set_up:
            connection.pgconn.finish()
        return left
