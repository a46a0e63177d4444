"""The connection on which a test's every statement runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.errors import InvalidSavepointSpecification, NoActiveSqlTransaction
from psycopg.pq import TransactionStatus

from factoryfloor.errors import EscapedTransactionError, IsolationError

from .savepoints import GUARD
from .turns import Turns
from .wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

# A rollback leaves alone: advisory locks and prepared statements of the session, currval().
_END = (
    f"ROLLBACK TO SAVEPOINT {GUARD}",
    "ROLLBACK",
    "SELECT pg_advisory_unlock_all()",
    "DEALLOCATE ALL",
    "DISCARD SEQUENCES",
)


class PinnedConnection:
    """One connection, one transaction and one rollback per test.

    The connection is made, and the transaction begun, at the first statement of a virtual
    connection over it. `patience` is how many seconds a transaction waits for another that has
    uncommitted changes and sends no statement, before it runs inside that one.
    """

    def __init__(self, conninfo: str, *, patience: float = 1.0) -> None:
        self.wire = Wire(conninfo)
        self.turns = Turns(self.wire, patience)

    @property
    def conninfo(self) -> str:
        """Where it connects to."""
        return self.wire.conninfo

    @property
    def active(self) -> bool:
        """Whether a test is running."""
        return self.turns.arbitration.active

    @property
    def epoch(self) -> int:
        """A number that no other test of this connection has."""
        return self.turns.arbitration.epoch

    @property
    def statements(self) -> int:
        """How many statements the test has run so far; transaction control does not count."""
        return self.turns.statements

    @property
    def notes(self) -> list[str]:
        """Where the test's run differed from separate connections."""
        return self.turns.arbitration.notes

    def begin_test(self) -> None:
        """Begin a test, without a round trip; a connection that was lost is made anew."""
        arbitration = self.turns.arbitration
        with self.wire.lock:
            if arbitration.active:
                raise IsolationError("the previous test has not ended: call end_test() first")
            if self.wire.broken:
                self.wire.close()
            arbitration.active = True
            arbitration.epoch += 1
            arbitration.notes = []
            self.turns.statements = 0

    def end_test(self) -> list[str]:
        """Roll the test back; returns descriptions of what was left open with changes.

        Raises EscapedTransactionError when a statement ended the outer transaction: the database
        has changed for good, so clone it anew and `reconnect`.
        """
        arbitration = self.turns.arbitration
        with self._lock():
            try:
                return self._roll_back() if arbitration.begun else []
            finally:
                arbitration.active = arbitration.begun = False
                arbitration.epoch += 1
                arbitration.escape = ""
                arbitration.savepoints.levels.clear()
                self.turns.exclusive = None
                self.turns.notify()

    def reconnect(self, conninfo: str) -> None:
        """Connect to another database from now on."""
        self.close()
        self.wire.conninfo = conninfo

    def close(self) -> None:
        """Close the connection; the server rolls back what is open."""
        with self._lock():
            self.wire.close()

    def _roll_back(self) -> list[str]:
        if self.wire.broken or self.wire.status == TransactionStatus.ACTIVE:
            self.wire.close()  # lost, or left amid a COPY: the server rolls back
            return []
        arbitration = self.turns.arbitration
        escape = arbitration.escape
        try:
            left = [] if escape else arbitration.open_changes()
            self.wire.run(*_END)
        except (NoActiveSqlTransaction, InvalidSavepointSpecification):
            self.wire.close()
            raise EscapedTransactionError(
                f"a statement ended the test's transaction ({escape or 'not known which'}), so that"
                " the database keeps what was done before it: send COMMIT and ROLLBACK as"
                " statements of their own, or give the test a database of its own"
            ) from None
        except psycopg.OperationalError:
            self.wire.close()  # the server rolls back
            return []
        return left

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the wire, and cancel a statement of another thread that lasts."""
        while not self.wire.lock.acquire(timeout=max(self.turns.patience, 0.1)):
            self.wire.cancel()
        try:
            yield
        finally:
            self.wire.lock.release()
