"""Cursors of async virtual connections: they recognise transaction control and count statements."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import psycopg

from .statements import Kind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Self

    from .asynchronous import AsyncVirtualConnection


class AsyncVirtualCursor(psycopg.AsyncCursor[Any]):
    """A client-side cursor."""

    @property
    def _virtual(self) -> AsyncVirtualConnection:
        return cast("AsyncVirtualConnection", self._conn)

    async def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Self:
        """Run a statement, or have the virtual transaction carry it out."""
        statement = self._virtual.recognise(query, params)
        if statement.kind is not Kind.PLAIN:
            await self._virtual.carry_out(statement)
            self._reset()
            return self
        async with self._virtual.statement(statement):
            return await super().execute(query, params, **kwargs)

    async def executemany(self, query: Any, params_seq: Any, *, returning: bool = False) -> None:
        """Run a statement for each row of parameters; it counts as one.

        Without a pipeline, which would span several steps of the event loop.
        """
        connection = self._virtual
        async with connection.statement(connection.recognise(query, None)), connection.lock:
            rows = self._executemany_gen_no_pipeline(query, params_seq, returning)
            await connection.wait(rows)

    @asynccontextmanager
    async def copy(
        self, statement: Any, params: Any = None, **kwargs: Any
    ) -> AsyncIterator[psycopg.AsyncCopy]:
        """COPY, during which nobody else uses the real connection."""
        connection = self._virtual
        async with (
            connection.statement(connection.recognise(statement, params)),
            connection.pinned.turns.async_exclusively(connection.virtual),
            super().copy(statement, params, **kwargs) as copy,
        ):
            yield copy

    async def stream(self, query: Any, params: Any = None, **kwargs: Any) -> AsyncIterator[Any]:
        """Rows as they arrive, during which nobody else uses the real connection."""
        connection = self._virtual
        async with (
            connection.statement(connection.recognise(query, params)),
            connection.pinned.turns.async_exclusively(connection.virtual),
        ):
            async for row in super().stream(query, params, **kwargs):
                yield row


class AsyncVirtualServerCursor(psycopg.AsyncServerCursor[Any]):
    """A server-side cursor; it is open no longer than its virtual transaction."""

    @property
    def _virtual(self) -> AsyncVirtualConnection:
        return cast("AsyncVirtualConnection", self._conn)

    async def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Self:
        """Open the cursor."""
        async with self._virtual.statement(self._virtual.recognise(query, params)):
            await super().execute(query, params, **kwargs)
        if not self.withhold:
            self._virtual.virtual.cursors[self.name] = False
        return self

    async def close(self) -> None:
        """Close the cursor, on the server too if its transaction is still open."""
        known = self.withhold or self._virtual.virtual.cursors.pop(self.name, None) is not None
        if known and not self._virtual.is_over:
            await super().close()
        else:
            self._close()
