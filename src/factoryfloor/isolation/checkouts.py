"""Which pooled connections a test has checked out, by whom and where."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, NamedTuple

from .place import Place, calling_place
from .work import Work, current_owner

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.pool import ConnectionPoolEntry


class Checkout(NamedTuple):
    """A connection that its pool has handed out, and that may be collected all the same."""

    record: weakref.ref[ConnectionPoolEntry]
    connection: weakref.ref[psycopg.BaseConnection[object]]
    owner: Work
    place: Place | None

    @property
    def in_use(self) -> bool:
        """Whether it was not given back, nor collected."""
        record = self.record()
        return record is not None and record.in_use and self.connection() is not None

    def __str__(self) -> str:
        return f"{self.owner}, at {self.place}" if self.place else str(self.owner)


class Checkouts:
    """The connections handed out in one test."""

    def __init__(self) -> None:
        self._latest: dict[int, Checkout] = {}

    def add(self, record: ConnectionPoolEntry, connection: psycopg.BaseConnection[object]) -> None:
        """Take down a connection that is being handed out."""
        self._latest[id(record)] = Checkout(
            weakref.ref(record), weakref.ref(connection), current_owner(), calling_place()
        )

    def in_use(self) -> list[Checkout]:
        """Those not given back."""
        return [each for each in list(self._latest.values()) if each.in_use]

    def left(self) -> list[Checkout]:
        """Those not given back; from now on they are not known any more.

        Those of threads that serve all tests are no test's, and may be at work just now.
        """
        mine = current_owner()
        found, self._latest = self.in_use(), {}
        return [each for each in found if each.owner.epoch is not None or each.owner is mine]
