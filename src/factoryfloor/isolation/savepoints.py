"""The savepoints on the connection, and whose they are; used while holding the wire's lock."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from psycopg.pq import TransactionStatus

from .groups import Groups
from .statements import Kind, quoted
from .transaction import Level, Levels

if TYPE_CHECKING:
    from .statements import Statement
    from .transaction import VirtualTransaction
    from .wire import Wire


class Savepoints:
    """Makes, releases and rolls back savepoints for virtual transactions."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.levels = Levels()
        self.groups = Groups(wire)
        self._names = itertools.count(1)

    @property
    def top(self) -> VirtualTransaction | None:
        """The transaction whose savepoint is the innermost."""
        return self.levels[-1].transaction if self.levels else None

    def begin(self, transaction: VirtualTransaction, *, outer: bool) -> None:
        """Make its savepoints in one round trip, together with the outer BEGIN if asked."""
        levels = [
            Level(f"factoryfloor_{next(self._names)}", transaction, name)
            for name in ["", *transaction.own_savepoints]
        ]
        statements = [f"SAVEPOINT {level.savepoint}" for level in levels]
        if transaction.read_only:
            statements.insert(1, "SET TRANSACTION READ ONLY")
        if outer:
            statements[:0] = self.groups.opening()
        self.wire.run(*statements)
        self.levels.extend(levels)
        transaction.savepoint = levels[0].savepoint
        transaction.own_savepoints = []
        transaction.wrote = False
        self.wire.assign(transaction.own_values)

    def release(self, transaction: VirtualTransaction, *, check: bool) -> None:
        """Release its savepoint and those inside it, whose transactions are suspended too."""
        index = self.levels.base(transaction)
        # Constraints are checked for all levels at once, so only where no other is open.
        checks = self.wire.constraint_check if check and index == 0 else []
        self._release(index, [*self.levels.begun_above(index), transaction], checks)

    def undo(self, transaction: VirtualTransaction) -> None:
        """Roll back to its savepoint and drop it; what began inside it is lost."""
        index = self.levels.base(transaction)
        name = transaction.savepoint
        self.wire.run(f"ROLLBACK TO SAVEPOINT {name}", f"RELEASE SAVEPOINT {name}")
        self._lose(index)
        del self.levels[index:]
        transaction.savepoint = None

    def move(self, transaction: VirtualTransaction, statement: Statement) -> list[str]:
        """SAVEPOINT, RELEASE and ROLLBACK TO, under names that no other transaction uses.

        Returns what others had committed inside, and ROLLBACK TO undid.
        """
        if statement.kind is Kind.SAVEPOINT:
            level = Level(f"factoryfloor_{next(self._names)}", transaction, statement.name)
            self.wire.run(f"SAVEPOINT {level.savepoint}")
            self.levels.append(level)
            return []
        index = self.levels.find(transaction, statement.name)
        if index is None and statement.name == transaction.parked:
            transaction.parked = None
            return self.move(transaction, statement._replace(kind=Kind.SAVEPOINT))
        if index is None:
            self.wire.run(statement.text)  # the server says that there is none
            return []
        inside = transaction.includes.take([level.savepoint for level in self.levels[index:]])
        if statement.kind is Kind.RELEASE:
            transaction.includes.add(self.levels[index - 1].savepoint, inside)
            self._release(index, self.levels.begun_above(index), [])
            return []
        self.wire.run(f"ROLLBACK TO SAVEPOINT {self.levels[index].savepoint}")
        self._lose(index)
        del self.levels[index + 1 :]
        return inside

    def park(self, transaction: VirtualTransaction) -> list[str]:
        """Undo what failed since its innermost savepoint, so that others can go on meanwhile.

        It may only return there, or further back. Returns what others had committed inside.
        """
        level = self.levels.pop()
        self.wire.run(
            f"ROLLBACK TO SAVEPOINT {level.savepoint}", f"RELEASE SAVEPOINT {level.savepoint}"
        )
        transaction.parked, transaction.parked_in_error = level.name, True
        return transaction.includes.take([level.savepoint])

    def wrote(self, transaction: VirtualTransaction) -> bool:
        """Whether this open transaction has changes; the connection must not be in error."""
        if not transaction.wrote:
            # the outer transaction, the groups' levels and the guard
            below = 2 + self.groups.opened + self.levels.base(transaction)
            transaction.wrote = self.wire.levels_that_wrote() > below
        return transaction.wrote

    def close_cursors(self, transaction: VirtualTransaction) -> None:
        """Close the cursors that outlived its savepoint, as a transaction's end does."""
        outside = {name for name, survived in transaction.cursors.items() if survived}
        if outside and self.wire.status == TransactionStatus.INTRANS:
            for name in outside & self.wire.cursors():
                self.wire.run(f"CLOSE {quoted(name)}")

    def _release(self, index: int, suspended: list[VirtualTransaction], checks: list[str]) -> None:
        """Release the level at this index; these transactions go on with new savepoints."""
        inner = self.levels.begun_above(index)
        absorbed = [one for one in inner if self.wrote(one)]
        for one in suspended:
            one.own_savepoints = self.levels.names(one)
            one.own_values = self.wire.values(one.replaced)
        self.wire.run(*checks, f"RELEASE SAVEPOINT {self.levels[index].savepoint}")
        del self.levels[index:]
        for one in suspended:
            one.savepoint = None
            one.absorbed = one.absorbed or one in absorbed
            one.cursors = dict.fromkeys(one.cursors, True)
            self.wire.assign(one.replaced)

    def _lose(self, index: int) -> None:
        for lost in self.levels.begun_above(index):
            lost.savepoint, lost.lost = None, not lost.configuring
            if lost.configuring:  # it only reads, or was kept: it goes on with new savepoints
                lost.own_savepoints = self.levels.names(lost)
