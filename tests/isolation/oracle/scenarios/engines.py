"""Engines of every kind, made before or during the test, and their pools."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from ..models import Team
from ..theme import Back, Db, Theme
from ..world import failure

if TYPE_CHECKING:
    from ..world import World

theme = Theme("engines")
app = theme.app
# codespell:ignore checkin - that is how SQLAlchemy spells it
EVENTS = ("connect", "checkout", "reset", "checkin", "close")  # codespell:ignore checkin


def use(engine: sa.Engine) -> None:
    """Commit two teams, roll back a third."""
    for name in ("a", "b"):
        with Session(engine) as session:
            session.add(Team(name=name))
            session.commit()
    with Session(engine) as session:
        session.add(Team(name="c"))
        session.flush()
        session.rollback()
    engine.dispose()


async def async_use(world: World, **options: Any) -> list[str]:
    """The same in async code; the names."""
    engine = create_async_engine(world.backend.url, **options)
    for name, end in (("a", "commit"), ("b", "commit"), ("c", "rollback")):
        async with AsyncSession(engine) as session:
            session.add(Team(name=name))
            await session.flush()
            await getattr(session, end)()
    await engine.dispose()
    return world.names()


@app.post("/level/{level}/{name}")
def level(level: str, name: str, db: Db) -> None:
    db.connection(execution_options={"isolation_level": level})
    db.add(Team(name=name))
    db.flush()
    db.rollback()


@app.post("/autocommit/{name}")
def autocommit(name: str, backend: Back) -> list[str]:
    with backend.engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        plain.execute(sa.insert(Team).values(name=name))
        plain.rollback()
        return [failure(lambda: plain.execute(sa.insert(Team).values(name=name)))]


@app.get("/pool-events")
def pool_events(backend: Back) -> list[str]:
    heard: list[str] = []
    engine = sa.create_engine(backend.url, pool_size=1)
    for name in EVENTS:
        sa.event.listen(engine, name, lambda *_args, name=name, **_kwargs: heard.append(name))
    for _ in range(2):
        with engine.connect() as connection:
            connection.scalar(sa.text("SELECT 1"))
    engine.dispose()
    return heard


@app.get("/invalidated")
def invalidated(backend: Back) -> list[Any]:
    with backend.engine.connect() as connection:
        connection.execute(sa.insert(Team).values(name="lost"))
        connection.invalidate()
        error = failure(lambda: connection.scalar(sa.text("SELECT 1")))
        connection.rollback()
        return [error, connection.scalar(sa.text("SELECT 1"))]


@app.get("/detached")
def detached(backend: Back) -> list[int]:
    pool = backend.engine.pool
    assert isinstance(pool, QueuePool)
    with backend.engine.connect() as connection:
        found = [pool.checkedout()]
        connection.detach()
        connection.execute(sa.insert(Team).values(name="x"))
        connection.commit()
        return [*found, pool.checkedout()]


@theme.agrees(["a", "b"])
def an_engine_made_during_the_test(world: World) -> Any:
    use(sa.create_engine(world.backend.url))
    return world.names()


@theme.agrees([["a", "b"]] * 4)
def engines_with_other_pools(world: World) -> Any:
    found = []
    for options in (
        {"poolclass": NullPool},
        {"poolclass": StaticPool},
        {"pool_pre_ping": True},
        {"pool_recycle": 0},
    ):
        use(sa.create_engine(world.backend.url, **options))
        found.append(world.names())
        clear(world)
    return found


def clear(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(sa.delete(Team))


@theme.agrees(["a", "b", "c"])
def an_engine_in_autocommit_mode(world: World) -> Any:
    use(sa.create_engine(world.backend.url, isolation_level="AUTOCOMMIT"))
    return world.names()


@theme.agrees([["a", "b"], ["a", "b"], ["a", "b", "c"]])
async def async_engines(world: World) -> Any:
    kinds = ({"pool_pre_ping": True}, {"poolclass": NullPool}, {"isolation_level": "AUTOCOMMIT"})
    found = []
    for options in kinds:
        found.append(await async_use(world, **options))
        clear(world)
    return found


@theme.agrees(["a", "b"], note="isolation level")
def an_engine_with_an_isolation_level(world: World) -> Any:
    use(sa.create_engine(world.backend.url, isolation_level="REPEATABLE READ"))
    return world.names()


@theme.agrees([[200, 200], ["y"]])
async def a_sessions_connection_has_options(world: World) -> Any:
    codes = await world.post("/level/READ COMMITTED/x", "/level/AUTOCOMMIT/y")
    return [codes, world.names()]


@theme.agrees([["UniqueViolation"], ["x"]])
async def a_connection_in_autocommit_mode(world: World) -> Any:
    return [(await world.client.post("/autocommit/x")).json(), world.names()]


@theme.agrees([[200, 200], [200, 200], ["v", "w", "x", "y"]])
async def engines_are_disposed_of_midway(world: World) -> Any:
    before = await world.post("/commit/v", "/async/commit/w")
    world.engine.dispose()
    await world.backend.async_engine.dispose()
    return [before, await world.post("/commit/x", "/async/commit/y"), world.names()]


@theme.agrees([EVENTS[0], *EVENTS[1:4], *EVENTS[1:4], EVENTS[4]])
async def the_events_of_a_pool(world: World) -> Any:
    return await world.get("/pool-events")


@theme.agrees([["PendingRollbackError", 1], []])
async def a_connection_is_invalidated(world: World) -> Any:
    return [await world.get("/invalidated"), world.names()]


@theme.agrees([[1, 0], ["x"]])
async def a_connection_is_detached_from_its_pool(world: World) -> Any:
    return [await world.get("/detached"), world.names()]


@theme.agrees("TimeoutError")
def a_pool_is_exhausted(world: World) -> Any:
    engine = sa.create_engine(world.backend.url, pool_size=1, max_overflow=0, pool_timeout=0)
    with engine.connect():
        error = failure(engine.connect)
    engine.dispose()
    return error


@theme.agrees([True, [True, True]])
def numbers_of_a_sequence_are_not_given_back(world: World) -> Any:
    following = sa.text("SELECT nextval('team_id_seq')")
    with world.engine.connect() as connection:
        first = connection.scalar(following)
        connection.rollback()
        second = connection.scalar(following)
        connection.rollback()
    with world.engine.connect() as one, world.engine.connect() as other:
        numbers = [second, one.scalar(following), other.scalar(following)]
    return [second == first + 1, [after == before + 1 for before, after in pairwise(numbers)]]
