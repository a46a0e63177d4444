"""Waiting for a turn on the one connection, in threads and in coroutines."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from psycopg.pq import TransactionStatus

from factoryfloor.errors import IsolationError

from .arbitration import Arbitration
from .refusals import refuse_forked
from .work import current_owner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .sessions import TrackedSession
    from .statements import Statement
    from .transaction import VirtualTransaction
    from .wire import Wire

_POLL_SECONDS = 0.02
_ASYNC_POLL_SECONDS = 0.001
_EXCLUSIVE = 10  # times patience, for one amid a COPY that sends nothing


class Turns:
    """Who sends the next statement; a turn holds the wire's lock for one statement."""

    def __init__(self, wire: Wire, patience: float) -> None:
        self.wire = wire
        self.patience = patience  # for one that has uncommitted changes and sends nothing
        self.arbitration = Arbitration(wire)
        self.tracked: list[TrackedSession] = []
        self.exclusive: VirtualTransaction | None = None  # it is amid a COPY, say
        self.statements = 0
        self._counting = threading.Lock()
        self._ended = threading.Condition()
        self._running: int | None = None

    def count(self, transaction: VirtualTransaction, statement: Statement) -> None:
        """Count a statement of the application, once its connection is set up."""
        transaction.text = statement.text
        transaction.reads = not statement.table
        if transaction.configuring:
            return
        with self._counting:
            self.statements += 1
        limits = self.arbitration.limits
        limits.watch_reading(transaction)
        if (
            statement.hints
            or statement.lasting
            or limits.shared
            or statement.table in self.wire.clocked
        ):
            opened = self.arbitration.savepoints.levels.opened()
            limits.watch(transaction, statement, opened)

    @property
    def running_here(self) -> bool:
        """Whether this very thread is amid a statement: a finalizer has interrupted it."""
        return self._running == threading.get_ident()

    @contextmanager
    def turn(self, transaction: VirtualTransaction, *, begin: bool = True) -> Iterator[None]:
        """Wait for the connection; with `begin` the transaction's savepoint is the innermost."""
        while not self._granted(transaction, begin=begin):
            with self._ended:
                self._ended.wait(_POLL_SECONDS)
        try:
            yield
        finally:
            self._finish(transaction)

    @asynccontextmanager
    async def async_turn(
        self, transaction: VirtualTransaction, *, begin: bool = True
    ) -> AsyncIterator[None]:
        """The same, letting the event loop run meanwhile."""
        while not self._granted(transaction, begin=begin):
            await asyncio.sleep(_ASYNC_POLL_SECONDS)
        try:
            yield
        finally:
            self._finish(transaction)

    @contextmanager
    def exclusively(self, transaction: VirtualTransaction) -> Iterator[None]:
        """Let nobody else in before the block ends."""
        with self.turn(transaction):
            around, self.exclusive = self.exclusive, transaction
        try:
            yield
        finally:
            self._share(transaction, around)

    @asynccontextmanager
    async def async_exclusively(self, transaction: VirtualTransaction) -> AsyncIterator[None]:
        """The same, waiting for its turn without blocking the event loop."""
        async with self.async_turn(transaction):
            around, self.exclusive = self.exclusive, transaction
        try:
            yield
        finally:
            self._share(transaction, around)

    def notify(self) -> None:
        """Wake those who wait."""
        with self._ended:
            self._ended.notify_all()

    def _share(self, holder: VirtualTransaction, around: VirtualTransaction | None) -> None:
        if self.exclusive is holder:  # else its test has ended meanwhile
            self.exclusive = around
        self.notify()

    def _granted(self, transaction: VirtualTransaction, *, begin: bool) -> bool:
        """Take the wire's lock if this transaction may go on now."""
        if self.wire.inherited:
            refuse_forked()
        self.arbitration.leftovers.threads.add(threading.get_ident())
        exclusive = self.exclusive
        if begin and exclusive is not None and not self._is_exclusive(exclusive, transaction):
            return False
        begins = begin and not transaction.savepoint and not transaction.configuring
        if begins and not all(each.settle(transaction) for each in self.tracked):
            return False
        self.wire.lock.acquire()
        try:
            granted = self._may_go_on(transaction, begin=begin)
        except BaseException:
            self.wire.lock.release()
            raise
        if not granted:
            self.wire.lock.release()
            return False
        self._running = transaction.thread = threading.get_ident()
        return True

    def _may_go_on(self, transaction: VirtualTransaction, *, begin: bool) -> bool:
        if begin:
            self.arbitration.refuse(transaction)
        if self.exclusive is not None:
            return self._is_exclusive(self.exclusive, transaction)
        if not begin:
            return True
        holder = self.arbitration.admit(transaction, insist=transaction.configuring)
        if holder is None:
            return True
        waited = time.monotonic() - holder.last_used
        if self._blocks(holder, transaction) or waited > self._patience(holder):
            self.arbitration.admit(transaction, insist=True)
            return True
        return False

    def _patience(self, holder: VirtualTransaction) -> float:
        """Seconds; less for what has started this piece of work, and may wait for its end."""
        started_by = holder.owner in current_owner().ancestors()
        return self.patience / 10 if started_by else self.patience

    @staticmethod
    def _blocks(holder: VirtualTransaction, transaction: VirtualTransaction) -> bool:
        """Whether waiting would be for ever: this thread's event loop has to end the holder.

        A thread of a pool is not blocked, although it ran the holder: another ends a request.
        """
        if transaction.asynchronous or holder.thread != threading.get_ident():
            return False
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return True

    def _is_exclusive(self, holder: VirtualTransaction, transaction: VirtualTransaction) -> bool:
        """Whether it is the holder; an error where that may be waiting for this one."""
        if holder is transaction:
            return True
        mine = not transaction.asynchronous and holder.thread == threading.get_ident()
        if mine or time.monotonic() - holder.last_used > self.patience * _EXCLUSIVE:
            raise IsolationError(
                f"{holder} is amid a COPY, a stream or a pipeline, whose end cannot be waited for:"
                " leave its block first, or mark the test committed_db"
            )
        return False

    def _finish(self, transaction: VirtualTransaction) -> None:
        transaction.last_used = time.monotonic()
        arbitration = self.arbitration
        if arbitration.begun and self.wire.status == TransactionStatus.IDLE:
            arbitration.escape = arbitration.escape or transaction.text
        self._running = None
        self.wire.lock.release()
        if not transaction.savepoint:
            self.notify()
