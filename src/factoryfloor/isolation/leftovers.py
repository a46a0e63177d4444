"""What a test leaves on the connection: what it is, and who left it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from .hints import Hint
from .virtual import VirtualBase
from .work import work_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .checkouts import Checkout
    from .statements import Statement
    from .transaction import VirtualTransaction
    from .wire import Wire
    from .work import Epoch

_TEMPORARY_TABLES: Final = (
    "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
    " AND relkind IN ('r', 'p', 'v', 'S') ORDER BY oid"
)
# one of two 32-bit keys has 2 here, one of a 64-bit key 1
_ADVISORY_LOCKS: Final = (
    "SELECT CASE objsubid WHEN 2 THEN format('%s, %s', classid, objid)"
    " ELSE ((classid::bigint << 32) | objid::bigint)::text END"
    " FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
)


class Leftovers:
    """Watches for what outlives a transaction, and describes what outlives the test."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.threads: set[int] = set()  # that used the connection
        self.reset()

    def reset(self) -> None:
        """A test begins."""
        self.threads.clear()
        self._values: dict[str, bytes] = {}  # of settings, before they were set for good
        self._by: dict[object, str] = {}  # what was left, and who did

    def prepare(self, transaction: VirtualTransaction, statement: Statement) -> None:
        """Keep what this statement is about to change; called holding the wire's lock."""
        self._keep(statement.settings, transaction.replaced)
        if transaction.configuring:
            self._keep(statement.lasting, transaction.set_up)
            return
        self._keep(statement.lasting, self._values)
        kinds = statement.hints & {Hint.TEMPORARY, Hint.LASTING_LOCK}
        self._by.update(dict.fromkeys((*statement.lasting, *kinds), str(transaction)))

    def _keep(self, settings: Iterable[str], values: dict[str, bytes]) -> None:
        values.update(self.wire.values([name for name in settings if name not in values]))

    def before_the_end(self) -> list[str]:
        """The settings and temporary tables that will go with the test's transaction."""
        now = self.wire.values(self._values)
        changed = [name for name, value in now.items() if value != self._values[name]]
        left = [f"the setting {name}, set by {self._by[name]}" for name in changed]
        if Hint.TEMPORARY in self._by:
            by = self._by[Hint.TEMPORARY]
            left += [f"the temporary table {name} of {by}" for name in self._ask(_TEMPORARY_TABLES)]
        return left

    @property
    def may_hold_locks(self) -> bool:
        """Whether the test took advisory locks that no rollback gives back."""
        return Hint.LASTING_LOCK in self._by

    def advisory_locks(self) -> list[str]:
        """Those that are still held after the rollback."""
        by = self._by[Hint.LASTING_LOCK]
        return [f"the advisory lock ({key}) of {by}" for key in self._ask(_ADVISORY_LOCKS)]

    def _ask(self, query: str) -> list[str]:
        found = self.wire.run(query)
        return [(found.get_value(row, 0) or b"").decode() for row in range(found.ntuples)]


def running(idents: set[int], epoch: Epoch) -> list[str]:
    """The threads of this test that used its connections and have not ended."""
    if idents <= {threading.get_ident()}:
        return []
    return [
        f"the thread {work_of(thread)}, still running"
        for thread in threading.enumerate()
        if thread.ident in idents and work_of(thread).epoch is epoch
    ]


def described(checkouts: Iterable[Checkout], changed: Iterable[VirtualTransaction]) -> list[str]:
    """The connections not given back, and the transactions with changes that have none."""
    rest = list(changed)
    found = []
    for checkout in checkouts:
        connection = checkout.connection()
        virtual = connection.virtual if isinstance(connection, VirtualBase) else None
        found.append(f"{_state(virtual, rest)} of {checkout}")
        rest = [one for one in rest if one is not virtual]
    return found + [f"a transaction with uncommitted changes of {one.owner}" for one in rest]


def _state(virtual: VirtualTransaction | None, changed: list[VirtualTransaction]) -> str:
    if virtual is None:
        return "a connection"
    cursors = ", ".join(virtual.cursors)
    opened = f" and the open cursor {cursors}" if cursors else ""
    if any(one is virtual for one in changed):
        return f"a transaction with uncommitted changes{opened}"
    return f"an aborted transaction{opened}" if virtual.failed else f"a connection{opened}"
