"""What is under way in worlds, so that nobody drops one meanwhile."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql

from .locks import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.rows import TupleRow

_PAUSE: Final = 0.001  # seconds until a world that is just being put in place is asked for again

# Two statements, each with a snapshot of its own: what is read is later than what is locked.
_SHARE: Final = sql.SQL("SELECT pg_try_advisory_lock_shared({}, hashtext({}));")
_CURRENT: Final = sql.SQL("SELECT coalesce(world, name) FROM databases WHERE name = {}")
_UNSHARE: Final = sql.SQL("SELECT pg_advisory_unlock_shared({}, hashtext({}))")


class Visits:
    """What of this process is under way in the worlds of one home.

    A world that is entered stays until it was left as often: a shared lock on its name says so to
    other processes. `world` is the one that stood in the home's place when it was last asked for,
    at first the home itself. Not for several threads at once.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection[TupleRow]], home: str) -> None:
        self.home = home
        self.world = home
        self._connect = connect
        self._connection: psycopg.Connection[TupleRow] | None = None
        self._visits: Counter[str] = Counter()

    def enter(self) -> str:
        """The database that stands in the home's place now; the home where none was put there.

        Raises `psycopg.Error` where the registry cannot be asked.
        """
        try:
            world = self._found()
        except psycopg.OperationalError:  # the connection was lost since the last time
            self.close()
            world = self._found()
        self._visits[world] += 1
        return world

    def leave(self, world: str) -> None:
        """Take down that what entered has ended."""
        self._visits[world] -= 1
        if self._visits[world] == 0:
            del self._visits[world]
            self._unshare(world)

    def close(self) -> None:
        """Disconnect, whereby nothing is locked any more; the next call connects again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _found(self) -> str:
        while True:
            asked = self.world
            shared, self.world = self._ask(asked)
            if self.world == asked and shared:
                return asked
            if shared and not self._visits[asked]:
                self._unshare(asked)
            if self.world == asked:
                time.sleep(_PAUSE)

    def _ask(self, world: str) -> tuple[bool, str]:
        """Whether this world is shared now, and the one that stands in the home's place."""
        connection = self._connected()
        query = _CURRENT.format(self.home)
        # the home is not locked: whoever made it leases it
        if world == self.home or self._visits[world]:
            shared, answer = True, connection.execute(query)
        else:
            answer = connection.execute(_SHARE.format(NAMES, world) + query)
            shared = bool((answer.fetchone() or [False])[0])
            answer.nextset()
        return shared, (answer.fetchone() or [self.home])[0]

    def _connected(self) -> psycopg.Connection[TupleRow]:
        if self._connection is None:
            self._connection = self._connect()
            for world in self._visits:
                if world != self.home:
                    self._connection.execute(_SHARE.format(NAMES, world))
        return self._connection

    def _unshare(self, world: str) -> None:
        if world != self.home and self._connection is not None:
            try:
                self._connection.execute(_UNSHARE.format(NAMES, world))
            except psycopg.Error:  # the lock went with its connection
                self.close()
