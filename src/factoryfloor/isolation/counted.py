"""Cursors of real connections that tell of each statement before they send it."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import AsyncCursor, AsyncServerCursor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .separate import SeparateConnections


def counted(cursor: type[Any], told: SeparateConnections) -> type[Any]:
    """A subclass of the cursor's class that tells `told` of its statements."""
    asynchronous = issubclass(cursor, (AsyncCursor, AsyncServerCursor))
    base = _AsyncCounted if asynchronous else _Counted
    return type(cursor.__name__, (base, cursor), {"told": told})


class _Counted:
    told: SeparateConnections
    _conn: Any

    def _tell(self, query: Any) -> None:
        if self.told.count(self._conn, query):
            self.told.settle(self._conn)

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        self._tell(query)
        return super().execute(query, *args, **kwargs)  # type: ignore[misc]  # the cursor's

    def executemany(self, query: Any, *args: Any, **kwargs: Any) -> None:
        self._tell(query)
        super().executemany(query, *args, **kwargs)  # type: ignore[misc]  # the cursor's

    @contextmanager
    def copy(self, query: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._tell(query)
        with super().copy(query, *args, **kwargs) as copy:  # type: ignore[misc]  # the cursor's
            yield copy

    def stream(self, query: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._tell(query)
        yield from super().stream(query, *args, **kwargs)  # type: ignore[misc]  # the cursor's


class _AsyncCounted:
    told: SeparateConnections
    _conn: Any

    async def _tell(self, query: Any) -> None:
        if self.told.count(self._conn, query):
            await self.told.settle_async(self._conn)

    async def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        await self._tell(query)
        return await super().execute(query, *args, **kwargs)  # type: ignore[misc]  # the cursor's

    async def executemany(self, query: Any, *args: Any, **kwargs: Any) -> None:
        await self._tell(query)
        await super().executemany(query, *args, **kwargs)  # type: ignore[misc]  # the cursor's

    @asynccontextmanager
    async def copy(self, query: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        await self._tell(query)
        async with super().copy(query, *args, **kwargs) as copy:  # type: ignore[misc]  # the same
            yield copy

    async def stream(self, query: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        await self._tell(query)
        async for row in super().stream(query, *args, **kwargs):  # type: ignore[misc]  # the same
            yield row
