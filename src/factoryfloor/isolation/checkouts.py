"""Which pooled connections a test has checked out, by whom and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .place import Place, calling_place
from .work import Work, current_owner

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.pool import ConnectionPoolEntry


class Checkout(NamedTuple):
    """A connection that its pool has handed out."""

    record: ConnectionPoolEntry
    connection: psycopg.BaseConnection[object]
    owner: Work
    place: Place | None

    def __str__(self) -> str:
        return f"{self.owner}, at {self.place}" if self.place else str(self.owner)


class Checkouts:
    """The connections handed out in one test."""

    def __init__(self) -> None:
        self._latest: dict[int, Checkout] = {}

    def add(self, record: ConnectionPoolEntry, connection: psycopg.BaseConnection[object]) -> None:
        """Take down a connection that is being handed out."""
        self._latest[id(record)] = Checkout(record, connection, current_owner(), calling_place())

    def left(self) -> list[Checkout]:
        """Those not given back; from now on they are not known any more."""
        found = [each for each in self._latest.values() if each.record.in_use]
        self._latest = {}
        return found
