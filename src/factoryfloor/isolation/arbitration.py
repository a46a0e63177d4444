"""Which virtual transaction may use the one connection, and what its end means there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import psycopg
from psycopg.pq import TransactionStatus

from factoryfloor.errors import IsolationError

from .requests import Request, current_owner
from .savepoints import Savepoints
from .statements import Kind

if TYPE_CHECKING:
    from .statements import Statement
    from .transaction import VirtualTransaction
    from .wire import Wire

ISOLATION_NOTE = "an isolation level was ignored: all transactions share one connection"


class Arbitration:
    """The virtual transactions of one test; its methods are called holding the wire's lock.

    At most one transaction is open, unless transactions of one request nest, or patience has
    ended. One that only read gives way to another, and so does the test's own.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.savepoints = Savepoints(wire)
        self.active = False  # a test is running
        self.epoch = 0  # which test
        self.begun = False  # its outer transaction is open
        self.escape = ""  # the statement that ended the outer transaction
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        """Remember where this run differs from separate connections."""
        if text not in self.notes:
            self.notes.append(text)

    def refuse(self, transaction: VirtualTransaction) -> None:
        """Raise an error where this transaction can no longer run a statement."""
        if transaction.begun and transaction.epoch != self.epoch:
            raise IsolationError("the test in which this transaction began has ended")
        owner = current_owner()
        if isinstance(owner, Request) and owner.epoch not in (None, self.epoch):
            raise IsolationError(f"the test in which {owner.label} began has ended")
        if not self.active:
            raise IsolationError(
                "the database is used while no test is running: use it in a test, or in a fixture"
                " that the test asks for"
            )
        if self.escape:
            raise IsolationError(
                f"the statement {self.escape!r} has ended the test's transaction: send COMMIT and"
                " ROLLBACK by themselves, or give the test a database of its own"
            )
        if transaction.lost:
            raise IsolationError(
                "the transaction around this one was rolled back, and this one with it: give the"
                " test a database of its own if they must be independent"
            )
        if transaction.failed:
            raise psycopg.errors.InFailedSqlTransaction(
                "current transaction is aborted, commands ignored until end of transaction block"
            )

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
                self._fail(top)
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
                self.savepoints.move(transaction, statement)
            case Kind.TWO_PHASE:
                self.refuse_two_phase()
        if "isolation" in statement.text.lower():
            self.note(ISOLATION_NOTE)

    def refuse_two_phase(self) -> NoReturn:
        """Raise the error that says why there is no two-phase commit."""
        raise IsolationError(
            "two-phase commit cannot be part of a test's transaction: give the test a database of"
            " its own"
        )

    def commit(self, transaction: VirtualTransaction) -> None:
        """Release its savepoint, as COMMIT does; one that failed is rolled back."""
        if transaction.begun and (transaction.lost or transaction.epoch != self.epoch):
            try:
                self.refuse(transaction)
            finally:
                transaction.reset()
        elif transaction.savepoint is None or transaction.failed:
            self.savepoints.close_cursors(transaction)
            transaction.reset()
        elif self.wire.status != TransactionStatus.INTRANS:
            self.roll_back(transaction)
        else:
            self._commit(transaction)

    def roll_back(self, transaction: VirtualTransaction) -> None:
        """Roll back to its savepoint, as ROLLBACK does."""
        if transaction.absorbed and not (transaction.tracked and transaction.tracked.ended):
            self.note(
                f"{transaction} was rolled back after its changes had been committed with another"
                " transaction: they stay"
            )
        if transaction.begun and transaction.epoch == self.epoch and not self.escape:
            if transaction.savepoint:
                self._check_own_work(transaction)
                self._undo(transaction)
            self.savepoints.close_cursors(transaction)
        transaction.reset()

    def remember(self, transaction: VirtualTransaction, settings: tuple[str, ...]) -> None:
        """Keep the values of settings that a statement is about to change until its end."""
        new = [name for name in settings if name not in transaction.replaced]
        transaction.replaced.update(self.wire.values(new))

    def open_changes(self) -> list[str]:
        """The application's transactions that are open and have changes."""
        top = self.savepoints.top
        if top is not None and self.wire.status == TransactionStatus.INERROR:
            self._fail(top)
        opened = self.savepoints.levels.opened()
        return [str(one) for one in opened if not one.tracked and self.savepoints.wrote(one)]

    def _begin(self, transaction: VirtualTransaction) -> None:
        self.savepoints.begin(transaction, outer=not self.begun)
        self.begun = True
        if transaction.begun:
            return
        transaction.begun = True
        transaction.epoch = self.epoch
        transaction.owner = owner = current_owner()
        if isinstance(owner, Request):
            owner.epoch = self.epoch

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
            around.includes.append(str(transaction))
        self.savepoints.close_cursors(transaction)
        transaction.reset()

    def _undo(self, transaction: VirtualTransaction) -> None:
        if transaction.includes:
            self.note(
                f"{transaction} was rolled back, and undid what {', '.join(transaction.includes)},"
                " begun inside it, had committed"
            )
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
