"""Advisory locks in the registry's database: PostgreSQL frees them when their process dies."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg
    from psycopg.rows import TupleRow

# the first halves of the keys; in this database nobody else takes any
NAMES: Final = 1
_GATE: Final = 2
# carried out from left to right
_AT_GATE: Final = """
SELECT pg_advisory_lock_shared(%s, 0), pg_try_advisory_lock(%s, hashtext(%s)),
    pg_advisory_unlock_shared(%s, 0)
"""


class Locks:
    """A lock for each database's name, and a gate that closes while a process cleans up.

    Whoever holds a clone's name leases it; whoever holds a template's name builds it.
    """

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection

    def try_acquire(self, name: str) -> bool:
        """Whether the lock of this name is now held; a connection that holds it gets it again."""
        query = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
        found = self._connection.execute(query, [NAMES, name]).fetchone()
        assert found is not None
        return bool(found[0])

    def try_acquire_at_gate(self, name: str) -> bool:
        """The same while no process cleans up, so that a name which is locked is in use."""
        found = self._connection.execute(_AT_GATE, [_GATE, NAMES, name, _GATE]).fetchone()
        assert found is not None
        return bool(found[1])

    def release(self, name: str) -> None:
        """Give back the lock of this name."""
        self._connection.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [NAMES, name])

    @contextlib.contextmanager
    def held(self, name: str) -> Iterator[None]:
        """The lock of this name, waited for."""
        self._connection.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [NAMES, name])
        try:
            yield
        finally:
            self.release(name)

    @contextlib.contextmanager
    def shared(self, name: str) -> Iterator[None]:
        """The lock of this name, together with others who share it."""
        self._connection.execute("SELECT pg_advisory_lock_shared(%s, hashtext(%s))", [NAMES, name])
        try:
            yield
        finally:
            self._connection.execute(
                "SELECT pg_advisory_unlock_shared(%s, hashtext(%s))", [NAMES, name]
            )

    @contextlib.contextmanager
    def gate_closed(self) -> Iterator[None]:
        """Nobody passes the gate meanwhile."""
        self._connection.execute("SELECT pg_advisory_lock(%s, 0)", [_GATE])
        try:
            yield
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s, 0)", [_GATE])
