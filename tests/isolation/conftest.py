"""A pinned connection to a database with two tables, and engines whose URLs lead nowhere."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from factoryfloor.isolation import (
    PinnedConnection,
    identify_requests,
    identify_threads,
    install,
    track,
    track_async,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from factoryfloor.server import EmbeddedServer

NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"
TABLES = """
CREATE TABLE team (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE player (
    id serial PRIMARY KEY,
    team_id integer REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    captain_id integer REFERENCES player DEFERRABLE INITIALLY IMMEDIATE
);
"""


@pytest.fixture(scope="session")
def tables(server: EmbeddedServer, admin: psycopg.Connection) -> Iterator[str]:
    """The address of a database with the tables."""
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {name}")
    conninfo = server.address.conninfo(name)
    with psycopg.connect(conninfo) as connection:
        connection.execute(TABLES)
    yield conninfo
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def connection(tables: str) -> Iterator[PinnedConnection]:
    """The pinned connection of all tests."""
    pinned = PinnedConnection(tables, patience=0.2)
    yield pinned
    pinned.close()


@pytest.fixture
def pinned(connection: PinnedConnection, tables: str) -> Iterator[PinnedConnection]:
    """The pinned connection during a test, after which the database is as before."""
    undo = [
        identify_requests(),
        identify_threads(lambda: connection.epoch if connection.active else None),
        install(lambda _dialect, _cparams: connection),
    ]
    connection.begin_test()
    yield connection
    connection.end_test()
    for each in undo:
        each()
    with psycopg.connect(tables) as outside:
        found = outside.execute(
            "SELECT (SELECT count(*) FROM team) + (SELECT count(*) FROM player)"
        )
        assert found.fetchone() == (0,)


@pytest.fixture(scope="session")
def engine() -> sa.Engine:
    """An engine whose URL leads nowhere, so that only the hook makes it work."""
    return sa.create_engine(NOWHERE, pool_size=50)


@pytest.fixture(scope="session")
def async_engine() -> AsyncEngine:
    """The same for async code."""
    return create_async_engine(NOWHERE, pool_size=50)


@pytest.fixture
def db(pinned: PinnedConnection, engine: sa.Engine) -> Iterator[Session]:
    """The test's own session."""
    with Session(engine) as session:
        undo = track(pinned, session)
        yield session
        undo()


@pytest.fixture
async def async_db(
    pinned: PinnedConnection, async_engine: AsyncEngine
) -> AsyncIterator[AsyncSession]:
    """The test's own async session."""
    async with AsyncSession(async_engine, expire_on_commit=False) as session:
        undo = track_async(pinned, session)
        yield session
        undo()


@pytest.fixture
def names(pinned: PinnedConnection, engine: sa.Engine) -> Callable[[], list[str]]:
    """The names of all committed teams: an open transaction with others is an error."""

    def read() -> list[str]:
        with pinned.wire.lock:
            assert pinned.turns.arbitration.open_changes() == []
        with engine.connect() as connection:
            return list(connection.scalars(sa.text("SELECT name FROM team ORDER BY name")))

    return read


@pytest.fixture
def add() -> Callable[[sa.Connection, str], None]:
    """Insert a team."""

    def insert(connection: sa.Connection, name: str) -> None:
        connection.execute(sa.text("INSERT INTO team (name) VALUES (:name)"), {"name": name})

    return insert


@pytest.fixture
def connect(
    pinned: PinnedConnection, engine: sa.Engine
) -> Iterator[Callable[[], psycopg.Connection[Any]]]:
    """Hands out connections of the driver, closed after the test."""
    opened = []

    def make() -> psycopg.Connection[Any]:
        proxy = engine.raw_connection()
        opened.append(proxy)
        driver = proxy.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return driver

    yield make
    for proxy in opened:
        proxy.close()


@pytest.fixture
def own(conninfo: str) -> Iterator[PinnedConnection]:
    """A pinned connection to a database of the test's own, with a table."""
    with psycopg.connect(conninfo) as outside:
        outside.execute("CREATE TABLE team (id serial PRIMARY KEY, name text UNIQUE)")
    pinned = PinnedConnection(conninfo, patience=0.1)
    yield pinned
    pinned.close()


@pytest.fixture
def own_engine(own: PinnedConnection) -> Iterator[sa.Engine]:
    """An engine on it; the hook of the other tests is not installed in this module."""
    engine = sa.create_engine("postgresql+psycopg://nobody@nowhere.invalid/nothing")
    undo = install(lambda _dialect, _cparams: own)
    yield engine
    undo()
