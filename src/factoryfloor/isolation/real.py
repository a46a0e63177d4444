"""Real connections to a test's own database, which tell of what they send."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from psycopg.abc import PQGen

    from .separate import SeparateConnections

_T = TypeVar("_T")
_INTERRUPT_SECONDS = 0.1  # how often a waiting statement looks for Ctrl-C, as in psycopg


class RealConnection(psycopg.Connection[Any]):
    """A connection that tells `told` of the transactions it begins."""

    told: SeparateConnections

    @contextmanager
    def transaction(self, *args: Any, **kwargs: Any) -> Iterator[psycopg.Transaction]:
        """A block, before which the test's own sessions commit."""
        if self.told.begins(self):
            self.told.settle(self)
        with super().transaction(*args, **kwargs) as block:
            yield block


class AsyncRealConnection(psycopg.AsyncConnection[Any]):
    """The same for async code; where no loop runs, such as in a fixture, it blocks."""

    told: SeparateConnections

    async def wait(self, gen: PQGen[_T], *args: Any, **kwargs: Any) -> _T:
        """All input and output of psycopg goes through here."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return waiting.wait(gen, self.pgconn.socket, _INTERRUPT_SECONDS)
        return await super().wait(gen, *args, **kwargs)

    @asynccontextmanager
    async def transaction(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        """A block, before which the test's own sessions commit."""
        if self.told.begins(self):
            await self.told.settle_async(self)
        async with super().transaction(*args, **kwargs) as block:
            yield block
