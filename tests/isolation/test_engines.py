"""Every engine on psycopg connects to where the hook says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, StaticPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

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


def test_the_set_up_of_an_engine_survives_a_rollback_around_it(
    pinned: PinnedConnection, engine: sa.Engine, add: Callable[[sa.Connection, str], None]
) -> None:
    with engine.connect() as around:
        add(around, "lost")
        new = sa.create_engine(NOWHERE)

        @sa.event.listens_for(new, "connect")
        def set_up(connection: psycopg.Connection, _record: object) -> None:
            connection.execute("SAVEPOINT mine")
            around.rollback()
            connection.execute("ROLLBACK TO mine")
            connection.execute("SET work_mem = '64kB'")

        with new.connect() as connection:
            assert connection.scalar(sa.text("SHOW work_mem")) == "64kB"


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


def test_what_a_test_has_set_is_nobodys_default(pinned: PinnedConnection) -> None:
    plain = sa.create_engine(NOWHERE)
    timed = sa.create_engine(NOWHERE, connect_args={"options": "-c statement_timeout=1000"})
    with plain.begin() as connection:
        connection.execute(sa.text("SET statement_timeout = '77s'"))
    timed.connect().close()
    pinned.end_test()
    pinned.begin_test()

    with timed.connect() as first, plain.connect() as then:
        first.scalar(sa.text("SELECT 1"))
        shown = then.scalar(sa.text("SHOW statement_timeout"))

    assert shown == "0"


def test_a_handler_added_in_a_test_is_gone_in_the_next(pinned: PinnedConnection) -> None:
    heard: list[object] = []
    engine = sa.create_engine(NOWHERE, pool_size=1)

    def driver() -> psycopg.Connection:
        with engine.connect() as connection:
            found = connection.connection.driver_connection
        assert isinstance(found, psycopg.Connection)
        return found

    def next_test() -> None:
        pinned.end_test()
        pinned.begin_test()

    driver()  # the first connection of an engine asks the server what it is
    next_test()
    first = driver()
    first.add_notice_handler(heard.append)
    next_test()
    driver().execute("DO $$ BEGIN RAISE NOTICE 'hello'; END $$")

    assert driver() is first
    assert heard == []


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


def test_nothing_set_on_a_pooled_connection_reaches_the_next_test(
    pinned: PinnedConnection,
) -> None:
    engine = sa.create_engine(NOWHERE)
    for _ in range(2):
        raw = engine.raw_connection()
        driver: Any = raw.driver_connection
        assert not driver.autocommit
        driver.autocommit = True
        raw.close()
        pinned.end_test()
        pinned.begin_test()
