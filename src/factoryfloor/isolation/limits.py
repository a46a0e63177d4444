"""Notes of what a test sees differently because all its transactions share one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .hints import Hint

if TYPE_CHECKING:
    from .statements import Statement
    from .transaction import VirtualTransaction
    from .wire import Wire

ISOLATION_NOTE: Final = "an isolation level was ignored: all transactions share one connection"
NOTIFY_NOTE: Final = "NOTIFY and LISTEN have no effect in a test"
REMEDY: Final = "; the marker committed_db gives a test connections of its own"
_ALWAYS: Final = {
    Hint.NOTIFY: NOTIFY_NOTE,
    Hint.ON_COMMIT: "ON COMMIT takes effect when the test ends, not at a commit within it",
    Hint.CONNECTION_ID: "pg_backend_pid() is the same for all connections of the test",
    Hint.NEW_VALUE: "ADD VALUE to an enumeration takes effect only when the test ends",
    Hint.OUTSIDE: "a statement was sent that PostgreSQL runs only outside of a transaction",
}
_ADVISORY: Final = frozenset({Hint.ADVISORY_LOCK, Hint.UNLOCK})


class Limits:
    """The notes of one test, and what has to be known to make them."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.reset()

    def reset(self) -> None:
        """A test begins."""
        self.notes: list[str] = []
        self.shared: dict[str, int] = {}  # what holds for all connections, and whose it is
        self._clock_read = False
        self._clock_stood = False
        self._lockers: dict[int, bool] = {}  # and whether their locks outlive their transaction

    def note(self, text: str) -> None:
        """Remember where this run differs from separate connections."""
        if text + REMEDY not in self.notes:
            self.notes.append(text + REMEDY)

    def note_undone(self, transaction: VirtualTransaction, inside: list[str]) -> None:
        """Note that it was rolled back with the commits of others inside, if there are any."""
        if inside:
            self.note(
                f"{transaction} was rolled back, and undid what {', '.join(inside)}, begun inside"
                " it, had committed"
            )

    def ended(self, transaction: VirtualTransaction) -> None:
        """The transaction has ended, after which the time would have moved."""
        self._clock_stood = self._clock_read
        if self._lockers.get(id(transaction)) is False:
            del self._lockers[id(transaction)]

    def watch(
        self,
        transaction: VirtualTransaction,
        statement: Statement,
        opened: list[VirtualTransaction],
    ) -> None:
        """Note what this statement would do otherwise, beside these open transactions."""
        hints = statement.hints
        if Hint.CLOCK in hints or statement.table in self.wire.clocked:
            self._read_clock()
        for hint in hints & _ALWAYS.keys():
            self.note(_ALWAYS[hint])
        if Hint.ROW_LOCK in hints and any(self._excludes(transaction, one) for one in opened):
            self.note("a row lock of one transaction does not keep another of the test waiting")
        if hints & _ADVISORY:
            self._watch_locks(transaction, hints)
        self._watch_sharing(transaction, statement)

    @staticmethod
    def _excludes(transaction: VirtualTransaction, other: VirtualTransaction) -> bool:
        """Whether the other one is open and stays so; the test's own commits first."""
        return other is not transaction and not (other.tracked and other.tracked.idle)

    def _watch_locks(self, transaction: VirtualTransaction, hints: frozenset[Hint]) -> None:
        if Hint.ADVISORY_LOCK in hints:
            lasting = self._lockers.get(id(transaction), False)
            self._lockers[id(transaction)] = lasting or Hint.LASTING_LOCK in hints
            if len(self._lockers) > 1:
                self.note("an advisory lock of one connection does not exclude another of the test")
        else:
            self._lockers.pop(id(transaction), None)

    def _watch_sharing(self, transaction: VirtualTransaction, statement: Statement) -> None:
        if statement.lasting:
            self.shared.setdefault("a SET without LOCAL", id(transaction))
        if Hint.TEMPORARY in statement.hints:
            self.shared.setdefault("a temporary table", id(transaction))
        for what, by in self.shared.items():
            if by != id(transaction):
                self.note(f"{what} of one connection holds for every connection of the test")

    def watch_reading(self, transaction: VirtualTransaction) -> None:
        """Note that it may see what another has not committed."""
        around = transaction.around
        over = transaction.failed or transaction.lost
        if transaction.reads and around is not None and around.begun and not over:
            self.note(
                f"{transaction} could see the uncommitted changes of {around}, within which it"
                " began"
            )

    def _read_clock(self) -> None:
        self._clock_read = True
        if self._clock_stood:
            self.note(
                "now(), CURRENT_TIMESTAMP and the transaction's id stood still between two"
                " transactions"
            )
