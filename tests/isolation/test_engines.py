"""Every engine on psycopg connects to where the hook says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, StaticPool

from factoryfloor.errors import IsolationError
from factoryfloor.isolation import PinnedConnection, install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Names = Callable[[], list[str]]
    Place = PinnedConnection | str | None

NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"
INSERT = sa.text("INSERT INTO team (name) VALUES (:name)")
COUNT = sa.text("SELECT count(*) FROM team")
KINDS: list[dict[str, Any]] = [
    {},
    {"pool_pre_ping": True},
    {"poolclass": NullPool},
    {"poolclass": StaticPool},
    {"pool_recycle": 0},
    {"isolation_level": "AUTOCOMMIT"},
    {"isolation_level": "REPEATABLE READ"},
]


def expected(kind: dict[str, Any]) -> list[str]:
    kept = ["a", "b"]
    return [*kept, "c"] if kind.get("isolation_level") == "AUTOCOMMIT" else kept


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_kind_of_engine_joins_test_after_test(
    pinned: PinnedConnection, kind: dict[str, Any], names: Names
) -> None:
    engine = sa.create_engine(NOWHERE, **kind)
    for _ in range(2):
        for name, end in (("a", "commit"), ("b", "commit"), ("c", "rollback")):
            with Session(engine) as session:
                session.execute(INSERT, {"name": name})
                getattr(session, end)()

        assert names() == expected(kind)

        pinned.end_test()
        pinned.begin_test()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "StaticPool" not in str(kind)], ids=str)
def test_every_kind_of_async_engine_joins_on_the_loop_of_each_test(
    pinned: PinnedConnection, kind: dict[str, Any], names: Names
) -> None:
    engine = create_async_engine(NOWHERE, **kind)

    async def work() -> None:
        for name, end in (("a", "commit"), ("b", "commit"), ("c", "rollback")):
            async with AsyncSession(engine) as session:
                await session.execute(INSERT, {"name": name})
                await getattr(session, end)()

    for _ in range(2):
        asyncio.run(work())

        assert names() == expected(kind)

        pinned.end_test()
        pinned.begin_test()


def test_a_ping_and_the_set_up_of_an_engine_are_no_statements(pinned: PinnedConnection) -> None:
    engine = sa.create_engine(NOWHERE, pool_pre_ping=True)
    for _ in range(3):
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))

    assert pinned.statements == 3


def test_a_new_engine_is_set_up_while_a_transaction_is_open(
    pinned: PinnedConnection, names: Names
) -> None:
    with sa.create_engine(NOWHERE).begin() as outer:
        outer.execute(INSERT, {"name": "a"})
        with sa.create_engine(NOWHERE).begin() as inner:
            inner.execute(INSERT, {"name": "b"})

    assert names() == ["a", "b"]


def test_what_a_connect_event_sets_is_set_in_each_test(pinned: PinnedConnection) -> None:
    engine = sa.create_engine(NOWHERE)

    @sa.event.listens_for(engine, "connect")
    def set_zone(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET timezone = 'Asia/Tokyo'")
        connection.commit()

    for _ in range(2):
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SHOW timezone")) == "Asia/Tokyo"
        pinned.end_test()
        pinned.begin_test()
    with sa.create_engine(NOWHERE).connect() as connection:
        assert connection.scalar(sa.text("SHOW timezone")) != "Asia/Tokyo"


@pytest.mark.parametrize(
    "options", ["-c search_path=app,public", "-csearch_path=app,public", "--search-path=app,public"]
)
def test_the_settings_in_libpqs_options_apply(pinned: PinnedConnection, options: str) -> None:
    engine = sa.create_engine(NOWHERE, connect_args={"options": options})

    with engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW search_path")) == "app,public"


@pytest.fixture
def place(conninfo: str) -> str:
    """A database of the test's own, with the table."""
    with psycopg.connect(conninfo) as outside:
        outside.execute("CREATE TABLE team (id serial PRIMARY KEY, name text)")
    return conninfo


class Switch:
    """A target that a test changes."""

    def __init__(self) -> None:
        self.to: PinnedConnection | str | None = None

    def __call__(
        self, _dialect: Dialect, _cparams: dict[str, Any]
    ) -> PinnedConnection | str | None:
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
        f"{NOWHERE}?sslmode=require", connect_args={"application_name": "shop"}
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


def test_engines_on_other_databases_are_left_alone(pinned: PinnedConnection) -> None:
    engine = sa.create_engine("sqlite://")

    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1

    engine.dispose()


def test_an_engine_that_is_disposed_midway_connects_again(
    pinned: PinnedConnection, engine: sa.Engine, names: Names
) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, {"name": "a"})

    engine.dispose()

    assert names() == ["a"]
