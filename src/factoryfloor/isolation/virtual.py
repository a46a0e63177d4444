"""What sync and async virtual connections have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import BaseConnection, ConnectionInfo
from psycopg.adapt import AdaptersMap
from psycopg.pq import ConnStatus, TransactionStatus

from .limits import ISOLATION_NOTE
from .statements import SAVEPOINTS, Kind, Statement, recognise, text_of
from .transaction import VirtualTransaction

if TYPE_CHECKING:
    from psycopg import IsolationLevel
    from psycopg.abc import AdaptContext, PQGen
    from psycopg.pq.abc import PGresult

    from .pinned import PinnedConnection

COMMIT = Statement(Kind.COMMIT)
ROLLBACK = Statement(Kind.ROLLBACK)


class VirtualInfo(ConnectionInfo):
    """The information of the real connection, with the virtual transaction's status."""

    def __init__(self, connection: VirtualBase) -> None:
        super().__init__(connection.pgconn)
        self._virtual = connection.virtual

    @property
    def transaction_status(self) -> TransactionStatus:
        """The status that a connection of one's own would have."""
        if not self._virtual.begun:
            return TransactionStatus.IDLE
        if self._virtual.failed or self._virtual.lost or self._virtual.parked_in_error:
            return TransactionStatus.INERROR
        return super().transaction_status if self._virtual.savepoint else TransactionStatus.INTRANS


class VirtualBase(BaseConnection[Any]):
    """A psycopg connection whose transaction is a savepoint on the pinned connection."""

    pinned: PinnedConnection
    virtual: VirtualTransaction

    def set_up(
        self, pinned: PinnedConnection, context: AdaptContext | None, *, asynchronous: bool
    ) -> None:
        """Attach a new connection object to the pinned connection."""
        self.pinned = pinned
        self.virtual = VirtualTransaction(asynchronous=asynchronous)
        self.born = pinned.epoch
        self._notices = self.pgconn.notice_handler
        self._autocommits = False
        self._level: IsolationLevel | None = None
        self._deferrable_transactions: bool | None = None
        self._pool = None  # psycopg then lets it be deleted while open
        # Names of prepared statements would collide on the one server process.
        self._prepared.prepare_threshold = None
        if context is not None:
            self._adapters = AdaptersMap(context.adapters)

    def __del__(self, *_: Any) -> None:
        # No lock is taken here: the collector may interrupt anything.
        if hasattr(self, "virtual"):
            self.virtual.abandoned = True

    @property
    def closed(self) -> bool:
        """Whether it was closed, or the real connection is lost."""
        return self._closed or super().closed

    @property
    def info(self) -> VirtualInfo:
        """What can be known of the connection."""
        return VirtualInfo(self)

    @property
    def autocommit(self) -> bool:
        """Whether each statement outside of a block is committed at once."""
        return self._autocommits

    @autocommit.setter
    def autocommit(self, value: bool) -> None:
        self._autocommits = bool(value)

    @property
    def isolation_level(self) -> IsolationLevel | None:
        """The level that was asked for; it is that of the real connection."""
        return self._level

    @isolation_level.setter
    def isolation_level(self, value: IsolationLevel | None) -> None:
        self.choose_isolation_level(value)

    @property
    def read_only(self) -> bool | None:
        """Whether its transactions may only read."""
        return self.virtual.read_only

    @read_only.setter
    def read_only(self, value: bool | None) -> None:
        self.virtual.read_only = bool(value)

    @property
    def deferrable(self) -> bool | None:
        """What was asked for; it only matters to serializable transactions."""
        return self._deferrable_transactions

    @deferrable.setter
    def deferrable(self, value: bool | None) -> None:
        self._deferrable_transactions = value

    @property
    def prepare_threshold(self) -> int | None:
        """Never: see set_up."""
        return None

    @prepare_threshold.setter
    def prepare_threshold(self, value: int | None) -> None:
        """It stays None."""

    @property
    def stands_alone(self) -> bool:
        """Whether a statement is committed by itself."""
        own = self.virtual.explicit or self._num_transactions
        return self._autocommits and not own

    def choose_isolation_level(self, value: IsolationLevel | None) -> None:
        """Keep the level, and note that it has no effect."""
        self._level = value
        if value is not None and value != psycopg.IsolationLevel.READ_COMMITTED:
            self.pinned.turns.arbitration.note(ISOLATION_NOTE)

    def recognise(self, query: Any, params: Any) -> Statement:
        """What a query does to the transaction."""
        return recognise(text_of(query, self), params)

    def handed_out(self) -> None:
        """Its pool has set it up and gives it to the application."""
        if self.virtual.configuring:
            self.virtual.configuring = False
            self._read_only_made = self.virtual.read_only
            self._as_made = _copied(vars(self))
            self._adapters_made = AdaptersMap(self.adapters)

    def renewed(self) -> bool:
        """Whether it can serve another test: no statement that was rolled back has set it up."""
        if self.virtual.configured or self._closed or self.pgconn is not self.pinned.wire.pgconn:
            return False
        # a test may have changed autocommit, the row factory, the adapters, …
        vars(self).update(_copied(self._as_made), born=self.pinned.epoch)
        self._adapters = AdaptersMap(self._adapters_made)
        self.virtual.reset()
        self.virtual.read_only = self._read_only_made
        return True

    def keep_settings(self) -> None:
        """Have what an event of the pool has SET hold for this connection alone."""
        virtual, turns = self.virtual, self.pinned.turns
        if virtual.set_up:
            with turns.turn(virtual):
                virtual.startup |= turns.wire.values(virtual.set_up)
            virtual.replaced = virtual.set_up | virtual.replaced  # put back at a commit
            virtual.set_up = {}

    @property
    def pristine(self) -> bool:
        """Whether there is nothing to commit or to roll back."""
        return not (self.virtual.begun or self.virtual.explicit)

    @property
    def is_over(self) -> bool:
        """Whether its transaction has failed, or it belongs to an earlier test."""
        return self.virtual.failed or self.born is not self.pinned.epoch

    @property
    def is_rolled_back_by_others(self) -> bool:
        """Whether whoever comes next, or the end of the test, can roll it back as well."""
        turns, tracked = self.pinned.turns, self.virtual.tracked
        if turns.running_here or turns.wire.inherited or turns.wire.broken:
            return True  # a finalizer interrupts a statement; it is the parent's; it is lost
        ended = tracked is not None and tracked.ended
        return ended and not (turns.wire.constraint_check or self.virtual.includes)

    def check_open(self) -> None:
        """Raise an error on a connection that was closed, and take its notices."""
        if self._closed:
            raise psycopg.OperationalError("the connection is closed")
        self.pgconn.notice_handler = self._notices

    def check_alive(self) -> None:
        """Raise an error if the real connection is lost: what an empty query is sent for."""
        if self.pgconn.status == ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost")

    def check_no_block(self) -> None:
        """Forbid COMMIT and ROLLBACK inside a `transaction()` block, as psycopg does."""
        if self._num_transactions:
            raise psycopg.ProgrammingError(
                "Explicit commit() or rollback() forbidden within a Transaction context."
            )

    def _exec_command(self, command: Any, *args: Any, **kwargs: Any) -> PQGen[PGresult | None]:
        """The savepoints of `transaction()` blocks, under names of their own."""
        if isinstance(command, bytes):
            statement = recognise(command.decode())
            if statement.kind in SAVEPOINTS:
                self.pinned.turns.arbitration.carry_out(self.virtual, statement)
                return None
        result: PGresult | None = yield from super()._exec_command(command, *args, **kwargs)
        return result


def _copied(attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes, their lists (of handlers, say) copied."""
    return {name: list(v) if type(v) is list else v for name, v in attributes.items()}
