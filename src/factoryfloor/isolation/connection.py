"""Sync virtual connections."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import psycopg

from .cursors import VirtualCursor, VirtualServerCursor
from .limits import NOTIFY_NOTE
from .refusals import refuse_two_phase
from .statements import SAVEPOINTS, Kind
from .virtual import COMMIT, ROLLBACK, VirtualBase

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from psycopg.abc import AdaptContext, PQGen

    from .pinned import PinnedConnection
    from .statements import Statement

_T = TypeVar("_T")


class VirtualConnection(VirtualBase, psycopg.Connection[Any]):
    """A psycopg connection over the pinned one."""

    def __init__(self, pinned: PinnedConnection, context: AdaptContext | None = None) -> None:
        super().__init__(pinned.wire.pgconn)
        self.set_up(pinned, context, asynchronous=False)
        self.cursor_factory = VirtualCursor
        self.server_cursor_factory = VirtualServerCursor

    def wait(self, gen: PQGen[_T], *args: Any, **kwargs: Any) -> _T:
        """All input and output of psycopg goes through here."""
        with self.pinned.turns.turn(self.virtual):
            self.check_open()
            return super().wait(gen, *args, **kwargs)

    def carry_out(self, statement: Statement) -> None:
        """Do what a recognised statement asks for."""
        if statement.kind is Kind.EMPTY:
            return self.check_alive()
        if statement.kind is Kind.ROLLBACK_TO:
            self.virtual.parked_in_error = False
        with self.pinned.turns.turn(self.virtual, begin=statement.kind in SAVEPOINTS):
            self.pinned.turns.arbitration.carry_out(self.virtual, statement)
        return None

    @contextmanager
    def statement(self, statement: Statement) -> Iterator[None]:
        """Count a statement; in autocommit mode its transaction ends with it."""
        self.pinned.turns.count(self.virtual, statement)
        if statement.leaves_something:
            with self.pinned.turns.turn(self.virtual):
                self.pinned.turns.arbitration.leftovers.prepare(self.virtual, statement)
        try:
            yield
            self.keep_settings()
        except BaseException:
            if self.stands_alone:
                self.rollback()
            raise
        if self.stands_alone:
            self.commit()

    def commit(self) -> None:
        """Release the savepoint."""
        self.check_no_block()
        if not self.pristine:
            self.carry_out(COMMIT)

    def rollback(self) -> None:
        """Roll back to the savepoint."""
        self.check_no_block()
        if self.pristine:
            return
        if self.is_rolled_back_by_others:
            self.virtual.abandoned = True
        else:
            self.carry_out(ROLLBACK)

    def close(self) -> None:
        """Roll back; the real connection stays open."""
        if not self._closed:
            self._num_transactions = 0
            self.rollback()
            self._closed = True

    @contextmanager
    def transaction(
        self, savepoint_name: str | None = None, force_rollback: bool = False
    ) -> Iterator[psycopg.Transaction]:
        """A block that commits at its end, or is a savepoint inside an open transaction."""
        outermost = not self.virtual.begun
        try:
            with super().transaction(savepoint_name, force_rollback) as block:
                yield block
        except BaseException:
            if outermost:
                self.carry_out(ROLLBACK)
            raise
        if outermost:
            self.commit()

    @contextmanager
    def pipeline(self) -> Iterator[psycopg.Pipeline]:
        """A pipeline, during which nobody else uses the real connection."""
        with self.pinned.turns.exclusively(self.virtual), super().pipeline() as pipeline:
            yield pipeline

    def notifies(self, *, timeout: float | None = None, **_: Any) -> Generator[Any]:
        """No notification: NOTIFY takes effect at a real commit, which a test never sees."""
        self.pinned.turns.arbitration.limits.note(NOTIFY_NOTE)
        end = None if timeout is None else time.monotonic() + timeout
        while not self.closed and self.pinned.epoch == self.born:
            if end is not None and time.monotonic() >= end:
                return
            time.sleep(0.01)
        yield from ()

    def set_autocommit(self, value: bool) -> None:
        """Set `autocommit`."""
        self.autocommit = value

    def set_isolation_level(self, value: psycopg.IsolationLevel | None) -> None:
        """Set `isolation_level`."""
        self.isolation_level = value

    def set_read_only(self, value: bool | None) -> None:
        """Set `read_only`."""
        self.read_only = value

    def set_deferrable(self, value: bool | None) -> None:
        """Set `deferrable`."""
        self.deferrable = value

    def tpc_begin(self, xid: Any) -> NoReturn:  # noqa: ARG002 - psycopg's name
        """Refuse two-phase commit."""
        refuse_two_phase()
