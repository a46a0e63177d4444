"""Who is connected to a database: some can be disconnected, others are waited for."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Final

import psycopg

from .privileges import may_terminate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg.rows import TupleRow

_PAUSE: Final = 0.01  # seconds, for a busy pool is idle between two requests alone
_END_IDLE: Final = """
SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
WHERE datname = %s AND state = 'idle' AND backend_type = 'client backend'
"""
_BUSY: Final = """
SELECT pid, nullif(application_name, ''), coalesce(state, 'of the role ' || usename)
FROM pg_stat_activity
WHERE datname = %s AND usesysid IS NOT NULL AND state IS DISTINCT FROM 'idle' ORDER BY pid
"""


@contextlib.contextmanager
def idle_ended(
    connection: psycopg.Connection[TupleRow],
    connect: Callable[[], psycopg.Connection[TupleRow]],
    name: str,
) -> Iterator[None]:
    """Within the block, connections to this database that do nothing are ended.

    Those without a transaction, that is: whoever is in one is ended as soon as it is over.
    `connect` opens a further connection to that end.
    """
    with may_terminate(connection):
        connection.execute(_END_IDLE, [name])
    done = threading.Event()
    thread = threading.Thread(target=_end_idle, args=(connect, name, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def busy(connection: psycopg.Connection[TupleRow], name: str) -> list[str]:
    """The processes that have something under way in this database, in words."""
    found = connection.execute(_BUSY, [name]).fetchall()
    return [
        f"{pid} ({', '.join(filter(None, (application, state)))})"
        for pid, application, state in found
    ]


def _end_idle(
    connect: Callable[[], psycopg.Connection[TupleRow]], name: str, done: threading.Event
) -> None:
    # who waits for them says what is wrong
    with contextlib.suppress(psycopg.Error), contextlib.ExitStack() as stack:
        connection: psycopg.Connection[TupleRow] | None = None
        while not done.wait(_PAUSE):
            if connection is None:
                connection = stack.enter_context(connect())
            connection.execute(_END_IDLE, [name])
