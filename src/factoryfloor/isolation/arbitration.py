"""Which virtual transaction may use the one connection, and what its end means there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus

from factoryfloor.errors import IsolationError

from .leftovers import Leftovers
from .limits import ISOLATION_NOTE, Limits
from .refusals import (
    refuse_after_escape,
    refuse_between_tests,
    refuse_late,
    refuse_lost,
    refuse_two_phase,
)
from .savepoints import Savepoints
from .statements import Kind
from .work import Epoch, Request, current_owner

if TYPE_CHECKING:
    from .statements import Statement
    from .transaction import VirtualTransaction
    from .wire import Wire


class Arbitration:
    """The virtual transactions of one test; its methods are called holding the wire's lock.

    At most one transaction is open, unless transactions of one request nest, or patience has
    ended. One that only read gives way to another, and so does the test's own.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.savepoints = Savepoints(wire)
        self.limits = Limits(wire)
        self.leftovers = Leftovers(wire)
        self.active = False  # a test is running
        self.epoch = Epoch()
        self.begun = False  # its outer transaction is open
        self.escape = ""  # the statement that ended the outer transaction

    def note(self, text: str) -> None:
        """Remember where this run differs from separate connections."""
        self.limits.note(text)

    def refuse(self, transaction: VirtualTransaction) -> None:
        """Raise an error where this transaction can no longer run a statement."""
        refuse_late(transaction, self.epoch)
        if not self.active:
            refuse_between_tests()
        if self.escape:
            refuse_after_escape(self.escape)
        refuse_lost(transaction)

    def admit(self, transaction: VirtualTransaction, *, insist: bool) -> VirtualTransaction | None:
        """Make its savepoint the innermost; if another is in its way, return that one.

        With `insist` it nests inside the other.
        """
        if transaction.abandoned:
            self.roll_back(transaction)
        owner = transaction.owner if transaction.begun else current_owner()
        while (top := self.savepoints.top) is not None and top is not transaction:
            if self._makes_way(top):
                continue
            if not insist and top.owner != owner:
                return top
            if self.wire.status == TransactionStatus.INERROR:
                self._give_up(top)
                continue
            if transaction.savepoint:
                self.note(
                    f"{transaction} went on while {top}, begun inside it, had uncommitted changes:"
                    " on one connection they end together"
                )
            break
        if not transaction.savepoint:
            self._begin(transaction)
        return None

    def carry_out(self, transaction: VirtualTransaction, statement: Statement) -> None:
        """Do what a recognised statement asks of its virtual transaction."""
        match statement.kind:
            case Kind.BEGIN:
                transaction.explicit = True
            case Kind.COMMIT:
                self.commit(transaction)
            case Kind.ROLLBACK:
                self.roll_back(transaction)
            case Kind.SAVEPOINT | Kind.RELEASE | Kind.ROLLBACK_TO:
                self.limits.note_undone(transaction, self.savepoints.move(transaction, statement))
            case Kind.TWO_PHASE:
                refuse_two_phase()
        if "isolation" in statement.text.lower():
            self.note(ISOLATION_NOTE)

    def commit(self, transaction: VirtualTransaction) -> None:
        """Release its savepoint, as COMMIT does; one that failed is rolled back."""
        if transaction.begun and (transaction.lost or transaction.epoch is not self.epoch):
            try:
                self.refuse(transaction)
            finally:
                transaction.reset()
        elif transaction.savepoint is None or transaction.failed:
            self.savepoints.close_cursors(transaction)
            self._end(transaction)
        elif transaction.parked_in_error or self.wire.status != TransactionStatus.INTRANS:
            self.roll_back(transaction)
        else:
            self._commit(transaction)

    def roll_back(self, transaction: VirtualTransaction) -> None:
        """Roll back to its savepoint, as ROLLBACK does."""
        if transaction.absorbed and transaction.tracked is None:
            self.note(
                f"{transaction} was rolled back after its changes had been committed with another"
                " transaction: they stay"
            )
        if transaction.begun and transaction.epoch is self.epoch and not self.escape:
            try:
                self._roll_back(transaction)
            except psycopg.OperationalError:
                if not self.wire.broken:  # else the server rolls back
                    raise
        self._end(transaction)

    def open_changes(self) -> list[VirtualTransaction]:
        """The application's transactions that are open and have changes."""
        top = self.savepoints.top
        if top is not None and self.wire.status == TransactionStatus.INERROR:
            self._fail(top)
        opened = self.savepoints.levels.opened()
        return [one for one in opened if not one.tracked and self.savepoints.wrote(one)]

    def _begin(self, transaction: VirtualTransaction) -> None:
        around = self.savepoints.top
        if not self.begun and not self.savepoints.groups.opened:
            self.wire.establish(transaction.startup)
        self.savepoints.begin(transaction, outer=not self.begun)
        self.begun = True
        if transaction.begun:
            return
        transaction.begun = True
        transaction.configured = transaction.configured or transaction.configuring
        transaction.epoch = self.epoch
        transaction.owner = owner = current_owner()
        if not transaction.configuring:
            transaction.around = around
            self.limits.watch_reading(transaction)
        if isinstance(owner, Request):
            owner.epoch = self.epoch
        if deviation := self.wire.deviation(transaction.startup):
            transaction.replaced.update(self.wire.values(deviation))
            self.wire.assign(deviation)

    def _makes_way(self, top: VirtualTransaction) -> bool:
        """End or suspend the innermost transaction where that loses nothing."""
        if top.abandoned:
            self.roll_back(top)
            return True
        if not self.savepoints.levels.is_innermost(top):
            return False
        if self.wire.status == TransactionStatus.INERROR:
            if self.savepoints.levels.names(top):
                return False  # it may yet return to a savepoint of its own
            self._fail(top)
            return True
        own = top.tracked is not None and top.tracked.idle
        if not own and self.savepoints.wrote(top):
            return False
        self._suspend(top)
        return True

    def _give_up(self, top: VirtualTransaction) -> None:
        """Undo what failed, as far back as its owner has to go at least."""
        if self.savepoints.levels.names(top):
            self.limits.note_undone(top, self.savepoints.park(top))
        else:
            self._fail(top)

    def _fail(self, transaction: VirtualTransaction) -> None:
        """Roll back a failed transaction now; its next statement is told that it has failed."""
        self._undo(transaction)
        transaction.failed = True

    def _suspend(self, transaction: VirtualTransaction) -> None:
        """Hand what it wrote to the level below; it goes on with a new savepoint."""
        tracked = transaction.tracked
        wrote = tracked is not None and self.savepoints.wrote(transaction)
        try:
            self.savepoints.release(transaction, check=wrote)
        except psycopg.Error as error:
            self._fail(transaction)
            raise IsolationError(
                f"{transaction} has changes that cannot be committed: {error}"
            ) from error
        transaction.absorbed = transaction.absorbed or wrote
        if tracked is not None:
            tracked.suspended()

    def _commit(self, transaction: VirtualTransaction) -> None:
        inner = self.savepoints.levels.base(transaction) > 0
        inner = inner and self.savepoints.wrote(transaction)
        try:
            self.savepoints.release(transaction, check=True)
        except psycopg.Error:
            self.roll_back(transaction)
            raise
        around = self.savepoints.top
        if inner and around is not None:
            around.includes.add(self.savepoints.levels[-1].savepoint, [str(transaction)])
        self.savepoints.close_cursors(transaction)
        self._end(transaction)

    def _end(self, transaction: VirtualTransaction) -> None:
        self.limits.ended(transaction)
        transaction.reset()

    def _roll_back(self, transaction: VirtualTransaction) -> None:
        if transaction.savepoint:
            self._check_own_work(transaction)
            self._undo(transaction)
        self.savepoints.close_cursors(transaction)

    def _undo(self, transaction: VirtualTransaction) -> None:
        self.limits.note_undone(transaction, transaction.includes.take(list(transaction.includes)))
        try:
            self.savepoints.undo(transaction)
        except psycopg.errors.InvalidSavepointSpecification:
            # A statement ended the outer transaction and began another.
            self.escape = self.escape or transaction.text

    def _check_own_work(self, transaction: VirtualTransaction) -> None:
        """Note a deferred constraint that the test's own uncommitted work breaks."""
        if transaction.tracked is None or self.wire.status != TransactionStatus.INTRANS:
            return
        if self.wire.constraint_check and self.savepoints.wrote(transaction):
            try:
                self.wire.run(*self.wire.constraint_check)
            except psycopg.IntegrityError as error:
                self.note(f"{transaction} was rolled back, and could not have committed: {error}")
