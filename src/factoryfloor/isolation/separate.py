"""A database of one test's own, on which every connection is real, and so is every commit."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

from psycopg.pq import TransactionStatus

from .checkouts import Checkouts
from .counted import counted
from .leftovers import described, running
from .statements import Kind, recognise, text_of
from .work import Request, current_owner

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.pool import ConnectionPoolEntry

    from .real import AsyncRealConnection, RealConnection
    from .sessions import TrackedSession
    from .work import Epoch


class SeparateConnections:
    """Engines connect for real to the database at `conninfo`, whose name is `database`.

    The test's own sessions commit when another transaction begins, as they do on a pinned
    connection, so that a test reads the same on both.
    """

    def __init__(self, conninfo: str, database: str, epoch: Epoch) -> None:
        self.conninfo = conninfo
        self.epoch = epoch
        self.database = database
        self.statements = 0
        self.tracked: list[TrackedSession] = []
        self._checkouts = Checkouts()
        self._threads: set[int] = set()
        self._set_up = weakref.WeakSet[Any]()  # connections that a pool has handed out
        self._counting = threading.Lock()
        self._settling = threading.RLock()

    def adopt(self, connection: RealConnection | AsyncRealConnection) -> None:
        """Have a new connection and its cursors tell of what they send."""
        connection.told = self
        connection.cursor_factory = counted(connection.cursor_factory, self)
        connection.server_cursor_factory = counted(connection.server_cursor_factory, self)

    def hand_out(
        self, record: ConnectionPoolEntry, connection: psycopg.BaseConnection[Any]
    ) -> None:
        """Take down that a pool hands this connection out: from now on its statements count."""
        self._threads.add(threading.get_ident())
        owner = current_owner()
        if isinstance(owner, Request):
            owner.epoch = self.epoch
        self._set_up.add(connection)
        self._checkouts.add(record, connection)

    def count(self, connection: psycopg.BaseConnection[Any], query: Any) -> bool:
        """Count a statement, and tell whether it begins a transaction of its own."""
        kind = recognise(text_of(query, connection)).kind
        if kind is Kind.PLAIN and connection in self._set_up:
            with self._counting:
                self.statements += 1
        return kind in (Kind.PLAIN, Kind.BEGIN) and self.begins(connection)

    def begins(self, connection: psycopg.BaseConnection[Any]) -> bool:
        """Whether what this connection sends next begins a transaction of the application's."""
        idle = connection.info.transaction_status == TransactionStatus.IDLE
        return idle and connection in self._set_up

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
        """Close what pools hold; returns descriptions of connections that were not given back.

        Those may be in use by a thread; the drop of the database ends them.
        """
        used = {id(each.connection()) for each in self._checkouts.in_use()}
        for connection in list(self._set_up):
            if id(connection) not in used:
                connection.pgconn.finish()
        return described(self._checkouts.left(), []) + running(self._threads, self.epoch)
