"""A plugin for the runs of these tests: writes down what a process leaves in its database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql

RECORDS: Final = Path(__file__).with_name("left.txt")

_OPEN: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look with a connection of its own, after the last fixture, before anything is dropped.

    One line a process: the tables that hold rows with their number, and the transactions that are
    open. A process that made no database writes none.
    """
    from factoryfloor.plugin.stash import FLOOR  # not before factoryfloor itself would be imported

    floor = session.config.stash[FLOOR]
    if floor.project.conninfo is None:
        return
    with psycopg.connect(floor.server.address.conninfo(floor.database)) as connection:
        found = [f"{rows} in {table}" for table, rows in _rows(connection) if rows]
        (open_transactions,) = connection.execute(_OPEN).fetchone() or (0,)
    if open_transactions:
        found.append(f"{open_transactions} open transactions")
    with RECORDS.open("a") as file:
        file.write(f"{floor.database}: {', '.join(found)}\n")


def _rows(connection: psycopg.Connection) -> list[tuple[str, int]]:
    tables = connection.execute("SELECT schemaname, relname FROM pg_stat_user_tables ORDER BY 2")
    return [(name, _count(connection, schema, name)) for schema, name in tables.fetchall()]


def _count(connection: psycopg.Connection, schema: str, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])
