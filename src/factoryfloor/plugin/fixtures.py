"""The fixtures that give a test its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor import factories
from factoryfloor.isolation import track, track_async

from .coroutines import finish
from .dependencies import session_dependency
from .standing import STANDING
from .stash import floor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
    from sqlalchemy.orm import Session


NEED_DATABASE = frozenset(
    [
        "engine",
        "async_engine",
        "db",
        "async_db",
        "override_get_db",
        "query_counter",
        "scratch_database",
        "client",
        "sync_client",
        "make_client",
        "make_sync_client",
    ]
)


@pytest.fixture(autouse=True)
def reset_sequences(request: pytest.FixtureRequest) -> None:
    """Every factory sequence starts again, behind the rows of the test's scenario."""
    factories.reset_sequences()
    request.config.stash[STANDING].continue_sequences()


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """The application's engine, on the test database, whose tables are made."""
    floor = floor_of(request)
    floor.prepare()
    return floor.application.engine


@pytest.fixture(scope="session")
def async_engine(request: pytest.FixtureRequest) -> AsyncEngine:
    """The application's asynchronous engine; tests may each run in a loop of their own."""
    floor = floor_of(request)
    floor.prepare()
    return floor.application.async_engine


@pytest.fixture
def db(request: pytest.FixtureRequest, engine: Engine) -> Iterator[Session]:
    """A session whose every effect, commits included, is rolled back after the test.

    The application's own sessionmaker makes it. It commits by itself when a request, or any other
    transaction, begins: what it wrote is visible there, and its objects are read anew.
    """
    floor = floor_of(request)
    session = floor.application.sessionmaker()
    untrack = track(floor.connections, session)
    yield session
    untrack()
    session.close()


@pytest.fixture
def async_db(request: pytest.FixtureRequest, async_engine: AsyncEngine) -> Iterator[AsyncSession]:
    """An asynchronous session in the same transaction; its objects survive a commit loaded."""
    floor = floor_of(request)
    session = floor.application.async_sessionmaker()
    untrack = track_async(floor.connections, session)
    yield session
    untrack()
    finish(session.close())


@pytest.fixture
def override_get_db(
    request: pytest.FixtureRequest, engine: Engine
) -> Callable[[], Iterator[Session]]:
    """A replacement for the application's `get_db`: each call is a session of its own."""
    return session_dependency(floor_of(request).application.sessionmaker)


@pytest.fixture
def query_counter(request: pytest.FixtureRequest, engine: Engine) -> Callable[[], int]:
    """Called, it returns the number of SQL statements run so far in the test.

    One each: a statement executed, even if refused; a string of several; an `executemany` of any
    number of rows; a batch of the ORM's INSERT of many; a COPY; a server-side cursor, however often
    it fetches. BEGIN, COMMIT, ROLLBACK and savepoints do not count, whoever sends them, nor does
    what an engine's `connect` events send.
    """
    connections = floor_of(request).connections
    return lambda: connections.statements


@pytest.fixture
def scratch_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database of the test's own, outside its transaction."""
    with floor_of(request).scratch() as url:
        yield url
