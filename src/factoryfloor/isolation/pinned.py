"""The connection on which a test's every statement runs."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.errors import InvalidSavepointSpecification, NoActiveSqlTransaction
from psycopg.pq import TransactionStatus

from factoryfloor.errors import EscapedTransactionError, IsolationError

from .checkouts import Checkouts
from .leftovers import described, running
from .sharing import changes, made
from .turns import Turns
from .wire import Wire
from .work import Epoch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .checkouts import Checkout
    from .groups import Group, Groups
    from .rows import RowChange
    from .sessions import TrackedSession

# A rollback leaves these alone.
_CLEAN = ("SELECT pg_advisory_unlock_all()", "DEALLOCATE ALL", "DISCARD SEQUENCES")


class PinnedConnection:
    """One connection, one transaction and one rollback per test.

    The connection is made, and the transaction begun, at the first statement of a virtual
    connection over it. `patience` is how many seconds a transaction waits for another that has
    uncommitted changes and sends no statement, before it runs inside that one.
    """

    def __init__(self, conninfo: str, *, patience: float = 1.0) -> None:
        self.wire = Wire(conninfo)
        self.turns = Turns(self.wire, patience)
        self.checkouts = Checkouts()

    @property
    def conninfo(self) -> str:
        """Where it connects to."""
        return self.wire.conninfo

    @property
    def active(self) -> bool:
        """Whether a test is running."""
        return self.turns.arbitration.active

    @property
    def tracked(self) -> list[TrackedSession]:
        """The test's own sessions."""
        return self.turns.tracked

    @property
    def epoch(self) -> Epoch:
        """The test that is running, or the time between two."""
        return self.turns.arbitration.epoch

    @property
    def lost(self) -> bool:
        """Whether there was a connection, and the server has ended it."""
        return self.wire.lost()

    @property
    def statements(self) -> int:
        """How many statements the test has run so far; transaction control does not count."""
        return self.turns.statements

    @property
    def notes(self) -> list[str]:
        """Where the test's run differed from separate connections."""
        return self.turns.arbitration.limits.notes

    @property
    def groups(self) -> Groups:
        """The data that tests share, on savepoints beneath the tests."""
        return self.turns.arbitration.savepoints.groups

    def begin_test(self, epoch: Epoch | None = None) -> None:
        """Begin a test, without a round trip; a connection that was lost is made anew.

        It stands on no group, unless `groups.keep` says so before its first statement.
        """
        arbitration = self.turns.arbitration
        with self.wire.lock:
            if arbitration.active:
                raise IsolationError("the previous test has not ended: call end_test() first")
            if self.wire.lost():
                self.wire.close()
            arbitration.active = True
            arbitration.epoch = epoch or Epoch()
            arbitration.limits.reset()
            arbitration.leftovers.reset()
            self.groups.keep(0)
            self.turns.statements = 0

    def end_test(self) -> list[str]:
        """Roll the test back; returns descriptions of what it left, and who left it.

        They are connections not given back, transactions open with changes or aborted, threads that
        used the database and still run, settings, temporary tables, advisory locks.

        Raises EscapedTransactionError when a statement ended the outer transaction: the database
        has changed for good, so clone it anew and `reconnect`.
        """
        arbitration = self.turns.arbitration
        if self.wire.inherited:
            return []  # its parent ends it
        with self._lock():
            threads = running(arbitration.leftovers.threads, arbitration.epoch)
            checkouts = self.checkouts.left()
            try:
                left = self._roll_back(checkouts) if arbitration.begun else described(checkouts, [])
                return left + threads
            finally:
                arbitration.active = arbitration.begun = False
                arbitration.epoch = Epoch()
                arbitration.escape = ""
                arbitration.savepoints.levels.clear()
                self.turns.exclusive = None
                self.turns.notify()

    def make_group(self, key: object) -> AbstractContextManager[Group]:
        """A group whose rows the block writes, on those that the running test keeps.

        The block runs before the test's first statement, and commits what it has written. When it
        raises, nothing of it is left.
        """
        return made(self.turns, key)

    def changes_of_groups(self) -> list[tuple[Group, RowChange]]:
        """What the running test has changed of the rows of the groups that it stands on."""
        with self._lock():
            return changes(self.turns)

    def roll_back_groups(self) -> None:
        """End the transaction of the groups, outside of any test; they can be made again."""
        if self.groups.made and not self.wire.inherited:
            with self._lock():
                self.groups.roll_back()

    def reconnect(self, conninfo: str) -> None:
        """Connect to another database from now on."""
        with self._lock():
            self.wire.redirect(conninfo)

    def close(self) -> None:
        """Close the connection; the server rolls back what is open."""
        with self._lock():
            self.wire.close()

    def _roll_back(self, checkouts: list[Checkout]) -> list[str]:
        arbitration = self.turns.arbitration
        if self.wire.broken or self.wire.status == TransactionStatus.ACTIVE:
            self.wire.close()  # lost, or left amid a COPY: the server rolls back
            return described(checkouts, [])
        try:
            left = [] if arbitration.escape else self._left(checkouts)
            if arbitration.leftovers.may_hold_locks:
                self.wire.run(*self.groups.ending())
                left += arbitration.leftovers.advisory_locks()
                self.wire.run(*_CLEAN)
            else:
                self.wire.run(*self.groups.ending(), *_CLEAN)
        except (NoActiveSqlTransaction, InvalidSavepointSpecification):
            self.wire.close()
            raise EscapedTransactionError(
                f"a statement ended the test's transaction ({arbitration.escape or 'not known'}),"
                " so that the database keeps what was done before it: send COMMIT and ROLLBACK as"
                " statements of their own, or mark the test committed_db"
            ) from None
        except psycopg.OperationalError:
            self.wire.close()  # the server rolls back
            return described(checkouts, [])
        return left

    def _left(self, checkouts: list[Checkout]) -> list[str]:
        arbitration = self.turns.arbitration
        changed = arbitration.open_changes()
        return described(checkouts, changed) + arbitration.leftovers.before_the_end()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the wire, and cancel a statement of another thread that lasts."""
        while not self.wire.lock.acquire(timeout=max(self.turns.patience, 0.1)):
            self.wire.cancel()
        try:
            yield
        finally:
            self.wire.lock.release()
