"""The one libpq connection below all virtual ones."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
from psycopg import pq

from factoryfloor.errors import IsolationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg.pq.abc import PGconn, PGresult

_DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
# A savepoint level that wrote holds the lock on its transaction id, and so do all levels below it.
_LEVELS_THAT_WROTE = (
    "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()"
    " AND locktype = 'transactionid' AND mode = 'ExclusiveLock'"
)
_DEFERRABLE = (
    "SELECT count(*),"
    " string_agg(format('%I.%I', nspname, conname), ', ') FILTER (WHERE condeferred)"
    " FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE condeferrable"
)


class Wire:
    """A libpq connection, opened at first use; statements are sent while holding its lock."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.lock = threading.Lock()
        self.constraint_check: list[str] = []  # what COMMIT does to deferred constraints
        self._connection: psycopg.Connection | None = None
        self._connecting = threading.Lock()

    @property
    def pgconn(self) -> PGconn:
        """The libpq connection, made now if there is none."""
        with self._connecting:
            if self._connection is None:
                self._connection = psycopg.connect(
                    self.conninfo, autocommit=True, prepare_threshold=None
                )
                self._read_constraints(self._connection)
            return self._connection.pgconn

    @property
    def broken(self) -> bool:
        """Whether there was a connection, and it is lost."""
        return self._connection is not None and self._connection.closed

    @property
    def status(self) -> pq.TransactionStatus:
        """Whether a transaction is open, and whether it has failed."""
        return pq.TransactionStatus(self.pgconn.transaction_status)

    def close(self) -> None:
        """Close the connection; the next use makes a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def cancel(self) -> None:
        """Have the server stop the statement that runs now; needs no lock."""
        if self._connection is not None:
            self._connection.cancel()

    def run(self, *statements: str) -> PGresult:
        """Send statements in one round trip and return the result of the last."""
        pgconn = self.pgconn
        if pgconn.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError("the connection to the test's database is lost")
        if pgconn.pipeline_status:
            raise IsolationError(
                "a transaction cannot begin or end inside a pipeline during a test: leave the"
                " pipeline's block first"
            )
        return self._checked(pgconn.exec_("; ".join(statements).encode()))

    def levels_that_wrote(self) -> int:
        """How many levels of savepoints, from the transaction itself upwards, have changes."""
        return int(self.run(_LEVELS_THAT_WROTE).get_value(0, 0) or 0)

    def cursors(self) -> set[str]:
        """The names of the cursors that are open."""
        found = self.run("SELECT name FROM pg_cursors")
        return {(found.get_value(row, 0) or b"").decode() for row in range(found.ntuples)}

    def values(self, settings: Iterable[str]) -> dict[str, bytes]:
        """The current values of these settings."""
        query = b"SELECT coalesce(current_setting($1, true), '')"
        found = {}
        for name in settings:
            result = self._checked(self.pgconn.exec_params(query, [name.encode()]))
            found[name] = result.get_value(0, 0) or b""
        return found

    def assign(self, values: dict[str, bytes], *, local: bool = True) -> None:
        """Set these settings, until the transaction ends or for good."""
        query = b"SELECT set_config($1, $2, $3)"
        for name, value in values.items():
            args = [name.encode(), value, b"true" if local else b"false"]
            self._checked(self.pgconn.exec_params(query, args))

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _DONE:
            return result
        if self.broken:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        raise psycopg.errors.error_from_result(result)

    def _read_constraints(self, connection: psycopg.Connection) -> None:
        count, deferred = connection.execute(_DEFERRABLE).fetchone() or (0, None)
        self.constraint_check = ["SET CONSTRAINTS ALL IMMEDIATE"] if count else []
        if deferred:
            self.constraint_check.append(f"SET CONSTRAINTS {deferred} DEFERRED")
