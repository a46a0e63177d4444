"""The one libpq connection below all virtual ones."""

from __future__ import annotations

import contextlib
import os
import select
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
_CURRENT = b"SELECT coalesce(current_setting($1, true), '')"
# what the connection began with, whatever was SET since
_DEFAULT = b"SELECT coalesce((SELECT reset_val FROM pg_settings WHERE name = lower($1)), '')"
_SCHEMA = r"""
SELECT count(*),
    string_agg(format('%I.%I', nspname, conname), ', ') FILTER (WHERE condeferred),
    (SELECT array(SELECT DISTINCT relname::text FROM pg_attrdef JOIN pg_class c ON c.oid = adrelid
        WHERE pg_get_expr(adbin, adrelid) ~* '\m(now\(|current_time|localtime|transaction_time)'))
FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE condeferrable
"""


class Wire:
    """A libpq connection, opened at first use; statements are sent while holding its lock."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.lock = threading.Lock()
        self.constraint_check: list[str] = []  # what COMMIT does to deferred constraints
        self.clocked: frozenset[str] = frozenset()  # tables with a default such as now()
        self._connection: psycopg.Connection | None = None
        self._connecting = threading.Lock()
        self._pid = os.getpid()
        self._was_lost = False
        self._startup: dict[str, bytes] = {}  # settings that its transactions begin with
        self._defaults: dict[str, bytes] = {}

    @property
    def pgconn(self) -> PGconn:
        """The libpq connection, made now if there is none."""
        with self._connecting:
            if self._connection is None:
                self._connection = self._connected()
                self._read_schema(self._connection)
                self._startup, self._defaults, self._was_lost = {}, {}, False
            return self._connection.pgconn

    @property
    def connection(self) -> psycopg.Connection | None:
        """The connection, if there is one now."""
        return self._connection

    @property
    def broken(self) -> bool:
        """Whether there was a connection, and it is lost."""
        return self._connection is not None and (self._connection.closed or self._was_lost)

    def lost(self) -> bool:
        """Whether the server has ended a connection, perhaps unnoticed so far."""
        if self._connection is None:
            return self._was_lost
        pgconn = self._connection.pgconn
        with contextlib.suppress(psycopg.OperationalError):
            # what the server says last, then the end of the stream
            while pgconn.status == pq.ConnStatus.OK and _is_readable(pgconn):
                pgconn.consume_input()
        return self.broken

    @property
    def status(self) -> pq.TransactionStatus:
        """Whether a transaction is open, and whether it has failed."""
        return pq.TransactionStatus(self.pgconn.transaction_status)

    @property
    def inherited(self) -> bool:
        """Whether it belongs to the process that this one was forked from."""
        return self._pid != os.getpid()

    def close(self) -> None:
        """Close the connection; the next use makes a new one."""
        if self._connection is not None and not self.inherited:
            self._was_lost |= self.broken
            self._connection.close()
            self._connection = None

    def redirect(self, conninfo: str) -> None:
        """Close the connection; the next use connects there."""
        self.close()
        self.conninfo = conninfo
        self._was_lost = False

    def cancel(self) -> None:
        """Have the server stop the statement that runs now; needs no lock."""
        if self._connection is not None:
            self._connection.cancel()

    def run(self, *statements: str) -> PGresult:
        """Send statements in one round trip and return the result of the last."""
        return self._checked(self._ready().exec_("; ".join(statements).encode()))

    def levels_that_wrote(self) -> int:
        """How many levels of savepoints, from the transaction itself upwards, have changes."""
        return int(self.run(_LEVELS_THAT_WROTE).get_value(0, 0) or 0)

    def cursors(self) -> set[str]:
        """The names of the cursors that are open."""
        found = self.run("SELECT name FROM pg_cursors")
        return {(found.get_value(row, 0) or b"").decode() for row in range(found.ntuples)}

    def values(self, settings: Iterable[str]) -> dict[str, bytes]:
        """The current values of these settings."""
        return self._ask(_CURRENT, settings)

    def assign(self, values: dict[str, bytes], *, local: bool = True) -> None:
        """Set these settings, until the transaction ends or for good."""
        query = b"SELECT set_config($1, $2, $3)"
        for name, value in values.items():
            args = [name.encode(), value, b"true" if local else b"false"]
            self._checked(self._ready().exec_params(query, args))

    def establish(self, startup: dict[str, bytes]) -> None:
        """Have transactions begin with these settings, from outside of any."""
        if startup != self._startup:
            self.assign(self.deviation(startup), local=False)
            self._startup = dict(startup)

    def deviation(self, startup: dict[str, bytes]) -> dict[str, bytes]:
        """What a transaction has to set that is to begin with these settings instead."""
        if startup == self._startup:
            return {}
        self._defaults.update(self._ask(_DEFAULT, startup.keys() - self._defaults.keys()))
        missing = {name: self._defaults[name] for name in self._startup if name not in startup}
        return missing | startup

    def _ask(self, query: bytes, settings: Iterable[str]) -> dict[str, bytes]:
        found = {}
        for name in settings:
            result = self._checked(self._ready().exec_params(query, [name.encode()]))
            found[name] = result.get_value(0, 0) or b""
        return found

    def _ready(self) -> PGconn:
        """The libpq connection, where it takes a statement now."""
        pgconn = self.pgconn
        if pgconn.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError("the connection to the test's database is lost")
        if pgconn.pipeline_status:
            raise IsolationError(
                "inside a pipeline no transaction can begin or end during a test, and no setting be"
                " changed: leave the pipeline's block first"
            )
        return pgconn

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _DONE:
            return result
        if self.broken or not result.error_field(pq.DiagnosticField.SQLSTATE):
            self._was_lost = True  # it was not the server that said so
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        raise psycopg.errors.error_from_result(result)

    def _connected(self) -> psycopg.Connection:
        try:
            return psycopg.connect(self.conninfo, autocommit=True, prepare_threshold=None)
        except psycopg.OperationalError:
            self._was_lost = True  # the server, and the database with it
            raise

    def _read_schema(self, connection: psycopg.Connection) -> None:
        count, deferred, clocked = connection.execute(_SCHEMA).fetchone() or (0, None, [])
        self.constraint_check = ["SET CONSTRAINTS ALL IMMEDIATE"] if count else []
        if deferred:
            self.constraint_check.append(f"SET CONSTRAINTS {deferred} DEFERRED")
        self.clocked = frozenset(clocked)


def _is_readable(pgconn: PGconn) -> bool:
    return bool(select.select([pgconn.socket], [], [], 0)[0])
