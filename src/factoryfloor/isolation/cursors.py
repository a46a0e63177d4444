"""Cursors of sync virtual connections: they recognise transaction control and count statements."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import psycopg

from .statements import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from .connection import VirtualConnection


class VirtualCursor(psycopg.Cursor[Any]):
    """A client-side cursor."""

    @property
    def _virtual(self) -> VirtualConnection:
        return cast("VirtualConnection", self._conn)

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Self:
        """Run a statement, or have the virtual transaction carry it out."""
        statement = self._virtual.recognise(query, params)
        if statement.kind is not Kind.PLAIN:
            self._virtual.carry_out(statement)
            self._reset()
            return self
        with self._virtual.statement(statement):
            return super().execute(query, params, **kwargs)

    def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> None:
        """Run a statement for each row of parameters; it counts as one."""
        connection = self._virtual
        with (
            connection.statement(connection.recognise(query, None)),
            connection.pinned.turns.exclusively(connection.virtual),
        ):
            super().executemany(query, params_seq, **kwargs)

    @contextmanager
    def copy(self, statement: Any, params: Any = None, **kwargs: Any) -> Iterator[psycopg.Copy]:
        """COPY, during which nobody else uses the real connection."""
        connection = self._virtual
        with (
            connection.statement(connection.recognise(statement, params)),
            connection.pinned.turns.exclusively(connection.virtual),
            super().copy(statement, params, **kwargs) as copy,
        ):
            yield copy

    def stream(self, query: Any, params: Any = None, **kwargs: Any) -> Iterator[Any]:
        """Rows as they arrive, during which nobody else uses the real connection."""
        connection = self._virtual
        with (
            connection.statement(connection.recognise(query, params)),
            connection.pinned.turns.exclusively(connection.virtual),
        ):
            yield from super().stream(query, params, **kwargs)


class VirtualServerCursor(psycopg.ServerCursor[Any]):
    """A server-side cursor; it is open no longer than its virtual transaction."""

    @property
    def _virtual(self) -> VirtualConnection:
        return cast("VirtualConnection", self._conn)

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Self:
        """Open the cursor."""
        with self._virtual.statement(self._virtual.recognise(query, params)):
            super().execute(query, params, **kwargs)
        if not self.withhold:
            self._virtual.virtual.cursors[self.name] = False
        return self

    def close(self) -> None:
        """Close the cursor, on the server too if its transaction is still open."""
        known = self.withhold or self._virtual.virtual.cursors.pop(self.name, None) is not None
        if known and not self._virtual.is_over:
            super().close()
        else:
            self._close()
