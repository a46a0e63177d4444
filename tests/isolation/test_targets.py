"""The hook's target says where an engine connects, and may change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from factoryfloor.errors import IsolationError
from factoryfloor.isolation import PinnedConnection, install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Names = Callable[[], list[str]]
    Place = PinnedConnection | str | None

NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"
INSERT = sa.text("INSERT INTO team (name) VALUES (:name)")
COUNT = sa.text("SELECT count(*) FROM team")


@pytest.fixture
def place(conninfo: str) -> str:
    """A database of the test's own, with the table."""
    with psycopg.connect(conninfo) as outside:
        outside.execute("CREATE TABLE team (id serial PRIMARY KEY, name text)")
    return conninfo


class Switch:
    """A target that a test changes."""

    def __init__(self) -> None:
        self.to: Place = None

    def __call__(self, _dialect: Any, _cparams: dict[str, Any]) -> Place:
        return self.to


@pytest.fixture
def switch(place: str) -> Iterator[Switch]:
    """The target of all engines in this test."""
    found = Switch()
    undo = install(found)
    yield found
    undo()


@pytest.fixture
def own(place: str) -> Iterator[PinnedConnection]:
    """A pinned connection to that database."""
    pinned = PinnedConnection(place)
    yield pinned
    pinned.close()


def backend(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        return type(connection.connection.driver_connection).__name__


def test_an_engine_follows_its_target_from_place_to_place(
    url: str, place: str, switch: Switch, own: PinnedConnection
) -> None:
    engine = sa.create_engine(url)
    own.begin_test()
    seen = []
    for switch.to in (None, own, None, place, own):
        seen.append(backend(engine))
    own.end_test()

    assert seen == [
        "Connection",
        "VirtualConnection",
        "Connection",
        "Connection",
        "VirtualConnection",
    ]
    engine.dispose()


def test_a_conninfo_leads_a_real_connection_elsewhere(switch: Switch, place: str) -> None:
    switch.to = place
    engine = sa.create_engine(
        f"{NOWHERE}?sslmode=unheard-of", connect_args={"application_name": "shop"}
    )

    with engine.begin() as connection:
        connection.execute(INSERT, {"name": "real"})
        found = connection.scalar(sa.text("SHOW application_name"))

    with psycopg.connect(place) as outside:
        assert outside.execute("SELECT name FROM team").fetchall() == [("real",)]
    assert found == "shop"
    engine.dispose()


async def test_a_conninfo_leads_an_async_engine_elsewhere(switch: Switch, place: str) -> None:
    switch.to = place
    engine = create_async_engine(NOWHERE)

    async with engine.connect() as connection:
        assert await connection.scalar(COUNT) == 0

    await engine.dispose()


def test_connections_pooled_before_the_hook_are_renewed(url: str, own: PinnedConnection) -> None:
    engine, async_engine = sa.create_engine(url), create_async_engine(url)

    async def count() -> int:
        async with async_engine.connect() as connection:
            return int(await connection.scalar(COUNT) or 0)

    with psycopg.connect(own.conninfo, autocommit=True) as outside:
        outside.execute("CREATE TABLE IF NOT EXISTS team (id serial PRIMARY KEY, name text)")
    before = backend(engine), asyncio.run(count())
    undo = install(lambda _dialect, _cparams: own)
    own.begin_test()
    with engine.begin() as connection:
        connection.execute(INSERT, {"name": "a"})
    during = asyncio.run(count()), asyncio.run(count())
    own.end_test()
    undo()

    assert (before, during) == (("Connection", 0), (1, 1))
    engine.dispose()


def test_an_engine_with_a_creator_is_refused(
    own: PinnedConnection, switch: Switch, place: str
) -> None:
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(place))
    switch.to = own
    own.begin_test()

    with pytest.raises(OperationalError, match=r"/scratch_\w+\?host=.* drop its creator="):
        engine.connect()

    own.end_test()
    engine.dispose()


async def test_an_async_engine_with_a_creator_is_refused(
    own: PinnedConnection, switch: Switch, place: str
) -> None:
    engine = create_async_engine(
        "postgresql+psycopg://", async_creator=lambda: psycopg.AsyncConnection.connect(place)
    )
    switch.to = own
    own.begin_test()

    with pytest.raises(OperationalError, match="drop its creator="):
        await engine.connect()

    own.end_test()
    await engine.dispose()


def test_a_creator_that_the_target_exempts_is_left_alone(switch: Switch, place: str) -> None:
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(place))

    assert backend(engine) == "Connection"

    engine.dispose()


def test_an_engine_on_another_driver_is_refused(own: PinnedConnection, switch: Switch) -> None:
    class OtherDialect(sa.dialects.postgresql.dialect):  # type: ignore[name-defined,misc]  # untyped
        driver = "other"

    switch.to = own
    dialect = OtherDialect()
    (connect,) = dialect.dispatch.do_connect

    with pytest.raises(IsolationError, match="driver other"):
        connect(dialect, None, [], {})
