"""Async virtual connections.

A statement never spans two steps of the event loop, so that sync code which runs on the loop's
thread cannot meet a connection that is amid one.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import psycopg
from psycopg import waiting

from .async_cursors import AsyncVirtualCursor, AsyncVirtualServerCursor
from .limits import NOTIFY_NOTE
from .refusals import refuse_two_phase
from .statements import SAVEPOINTS, Kind
from .virtual import COMMIT, ROLLBACK, VirtualBase

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from psycopg.abc import AdaptContext, PQGen

    from .pinned import PinnedConnection
    from .statements import Statement

_T = TypeVar("_T")
_NOTICEABLE_SECONDS = 0.001
_STEPS_OF_A_TIMEOUT = 3  # its timer, asyncio.wait_for that it wakes, the cancelled task
_INTERRUPT_SECONDS = 0.1  # how often a waiting statement looks for Ctrl-C, as in psycopg


class AsyncVirtualConnection(VirtualBase, psycopg.AsyncConnection[Any]):
    """A psycopg async connection over the pinned one."""

    def __init__(self, pinned: PinnedConnection, context: AdaptContext | None = None) -> None:
        super().__init__(pinned.wire.pgconn)
        self.set_up(pinned, context, asynchronous=True)
        self.cursor_factory = AsyncVirtualCursor
        self.server_cursor_factory = AsyncVirtualServerCursor

    async def wait(self, gen: PQGen[_T], *_args: Any, **_kwargs: Any) -> _T:
        """All input and output of psycopg goes through here."""
        if self.pinned.turns.exclusive is not self.virtual:
            await asyncio.sleep(0)  # let others run, and be cancelled here and not later
        async with self.pinned.turns.async_turn(self.virtual):
            self.check_open()
            begun = time.monotonic()
            result = waiting.wait(gen, self.pgconn.socket, _INTERRUPT_SECONDS)
        if time.monotonic() - begun > _NOTICEABLE_SECONDS:
            for _ in range(_STEPS_OF_A_TIMEOUT):  # one that has passed meanwhile takes effect here
                await asyncio.sleep(0)
        return result

    async def carry_out(self, statement: Statement) -> None:
        """Do what a recognised statement asks for."""
        if statement.kind is Kind.EMPTY:
            return self.check_alive()
        if statement.kind is Kind.ROLLBACK_TO:
            self.virtual.parked_in_error = False
        begin = statement.kind in SAVEPOINTS
        async with self.pinned.turns.async_turn(self.virtual, begin=begin):
            self.pinned.turns.arbitration.carry_out(self.virtual, statement)
        return None

    @asynccontextmanager
    async def statement(self, statement: Statement) -> AsyncIterator[None]:
        """Count a statement; in autocommit mode its transaction ends with it."""
        self.pinned.turns.count(self.virtual, statement)
        if statement.leaves_something:
            async with self.pinned.turns.async_turn(self.virtual):
                self.pinned.turns.arbitration.leftovers.prepare(self.virtual, statement)
        try:
            yield
            self.keep_settings()
        except BaseException:
            if self.stands_alone:
                await self.rollback()
            raise
        if self.stands_alone:
            await self.commit()

    async def commit(self) -> None:
        """Release the savepoint."""
        self.check_no_block()
        if not self.pristine:
            await self.carry_out(COMMIT)

    async def rollback(self) -> None:
        """Roll back to the savepoint."""
        self.check_no_block()
        if self.pristine:
            return
        if self.is_rolled_back_by_others:
            self.virtual.abandoned = True
        else:
            await self.carry_out(ROLLBACK)

    async def close(self) -> None:
        """Roll back; the real connection stays open."""
        if not self._closed:
            self._num_transactions = 0
            await self.rollback()
            self._closed = True

    @asynccontextmanager
    async def transaction(
        self, savepoint_name: str | None = None, force_rollback: bool = False
    ) -> AsyncIterator[psycopg.AsyncTransaction]:
        """A block that commits at its end, or is a savepoint inside an open transaction."""
        outermost = not self.virtual.begun
        try:
            async with super().transaction(savepoint_name, force_rollback) as block:
                yield block
        except BaseException:
            if outermost:
                await self.carry_out(ROLLBACK)
            raise
        if outermost:
            await self.commit()

    @asynccontextmanager
    async def pipeline(self) -> AsyncIterator[psycopg.AsyncPipeline]:
        """A pipeline, during which nobody else uses the real connection."""
        async with (
            self.pinned.turns.async_exclusively(self.virtual),
            super().pipeline() as pipeline,
        ):
            yield pipeline

    async def notifies(self, *, timeout: float | None = None, **_: Any) -> AsyncGenerator[Any]:
        """No notification: NOTIFY takes effect at a real commit, which a test never sees."""
        self.pinned.turns.arbitration.limits.note(NOTIFY_NOTE)
        end = None if timeout is None else time.monotonic() + timeout
        while not self.closed and self.pinned.epoch == self.born:
            if end is not None and time.monotonic() >= end:
                return
            await asyncio.sleep(0.01)
        never: tuple[Any, ...] = ()
        for notification in never:
            yield notification

    async def set_autocommit(self, value: bool) -> None:
        """Set `autocommit`."""
        self._autocommits = bool(value)

    async def set_isolation_level(self, value: psycopg.IsolationLevel | None) -> None:
        """Set `isolation_level`."""
        self.choose_isolation_level(value)

    async def set_read_only(self, value: bool | None) -> None:
        """Set `read_only`."""
        self.virtual.read_only = bool(value)

    async def set_deferrable(self, value: bool | None) -> None:
        """Set `deferrable`."""
        self._deferrable_transactions = value

    async def tpc_begin(self, xid: Any) -> NoReturn:  # noqa: ARG002 - psycopg's name
        """Refuse two-phase commit."""
        refuse_two_phase()
