"""Locks, on which transactions of separate connections wait or fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Team
from ..theme import Back, Db, Theme
from ..world import failure, failures

if TYPE_CHECKING:
    from ..world import World

theme = Theme("locks")
app = theme.app
TEAM = sa.select(Team).where(Team.name == "x")
NOWAIT = TEAM.with_for_update(nowait=True)


@app.post("/claim/{name}")
def claim(name: str, db: Db) -> str:
    team = db.scalars(NOWAIT).one()
    team.name = name
    db.commit()
    return team.name


@app.post("/claim-refreshed/{name}")
def claim_refreshed(name: str, db: Db) -> str:
    team = db.scalars(TEAM).one()
    db.refresh(team, with_for_update=True)
    team.name = name
    db.commit()
    return team.name


@app.post("/work-queue")
def work_queue(backend: Back) -> list[int]:
    waiting = sa.select(Team).limit(1).with_for_update(skip_locked=True)
    with backend.session() as first, backend.session() as second:
        return [len(session.scalars(waiting).all()) for session in (first, second)]


@app.post("/locked-by-another")
def locked_by_another(backend: Back) -> list[str]:
    with backend.session() as first, backend.session() as second:
        return failures(lambda session: session.scalars(NOWAIT).one(), first, second)


@app.post("/shared")
def shared(backend: Back) -> list[str]:
    share = TEAM.with_for_update(read=True, nowait=True)
    with backend.session() as first, backend.session() as second:
        found = failures(lambda session: session.scalars(share).one(), first, second)
        return [*found, failure(lambda: second.scalars(NOWAIT).one())]


@app.post("/waits-for-a-row")
def waits_for_a_row(backend: Back) -> str:
    with backend.session() as first, backend.session() as second:
        first.scalars(TEAM.with_for_update()).one()
        second.execute(sa.text("SET LOCAL lock_timeout = '5ms'"))
        return failure(lambda: second.execute(sa.update(Team).values(name="y")))


@app.post("/waits-for-a-name")
def waits_for_a_name(backend: Back) -> str:
    with backend.session() as first, backend.session() as second:
        first.execute(sa.insert(Team).values(name="y"))
        second.execute(sa.text("SET LOCAL lock_timeout = '5ms'"))
        return failure(lambda: second.execute(sa.insert(Team).values(name="y")))


@app.post("/waits-for-a-table")
def waits_for_a_table(backend: Back) -> list[str]:
    lock = sa.text("LOCK TABLE team IN ACCESS EXCLUSIVE MODE NOWAIT")
    with backend.session() as first, backend.session() as second:
        return failures(lambda session: session.execute(lock), first, second)


@app.post("/advisory/{function}")
def advisory(function: str, backend: Back) -> list[bool | None]:
    lock = sa.select(getattr(sa.func, function)(7))
    with backend.engine.connect() as first, backend.engine.connect() as second:
        found = [connection.scalar(lock) for connection in (first, second)]
        for connection in (first, second):
            connection.scalar(sa.text("SELECT pg_advisory_unlock_all()"))
        return found


@app.post("/advisory-twice")
def advisory_twice(db: Db) -> list[bool | None]:
    lock = sa.select(sa.func.pg_try_advisory_xact_lock(8))
    found = [db.scalar(lock), db.scalar(lock)]
    db.commit()
    return [*found, db.scalar(lock)]


async def answer(world: World, path: str) -> Any:
    world.make("x")
    return (await world.client.post(path)).json()


@theme.agrees(["mine", ["mine"]])
async def an_endpoint_locks_a_row(world: World) -> Any:
    return [await answer(world, "/claim/mine"), world.names()]


@theme.agrees(["mine", ["mine"]])
async def an_endpoint_locks_a_row_that_it_has_read(world: World) -> Any:
    return [await answer(world, "/claim-refreshed/mine"), world.names()]


@theme.agrees([["mine"], ["mine"]])
async def one_request_after_another_locks_the_row(world: World) -> Any:
    world.make("x")
    await world.post("/claim/x", "/claim/x", "/claim/mine")
    return [world.names(), world.names()]


@theme.agrees([True, True, True])
async def a_transaction_takes_its_advisory_lock_again(world: World) -> Any:
    return await answer(world, "/advisory-twice")


@theme.agrees([True, True])
def an_advisory_lock_is_free_after_its_transaction(world: World) -> Any:
    lock = sa.select(sa.func.pg_try_advisory_xact_lock(9))
    with world.engine.connect() as first, world.engine.connect() as second:
        found = [first.scalar(lock)]
        first.commit()
        return [*found, second.scalar(lock)]


@theme.differs(separately=["none", "LockNotAvailable"], pinned=["none", "none"], note="row lock")
async def a_row_that_another_has_locked(world: World) -> Any:
    return await answer(world, "/locked-by-another")


@theme.differs(separately=[1, 0], pinned=[1, 1], note="row lock")
async def rows_that_another_has_locked_are_skipped(world: World) -> Any:
    return await answer(world, "/work-queue")


@theme.differs(
    separately=["none", "none", "LockNotAvailable"], pinned=["none"] * 3, note="row lock"
)
async def a_row_that_others_share(world: World) -> Any:
    return await answer(world, "/shared")


@theme.differs(separately="LockNotAvailable", pinned="none", note="row lock|uncommitted")
async def a_change_waits_for_a_locked_row(world: World) -> Any:
    return await answer(world, "/waits-for-a-row")


@theme.differs(separately="LockNotAvailable", pinned="UniqueViolation", note="uncommitted")
async def a_name_that_another_is_about_to_take(world: World) -> Any:
    return await answer(world, "/waits-for-a-name")


@theme.differs(separately=["none", "LockNotAvailable"], pinned=["none", "none"], note="lock")
async def a_table_that_another_has_locked(world: World) -> Any:
    return await answer(world, "/waits-for-a-table")


@theme.differs(separately=[True, False], pinned=[True, True], note="advisory lock")
async def an_advisory_lock_of_a_transaction(world: World) -> Any:
    return await answer(world, "/advisory/pg_try_advisory_xact_lock")


@theme.differs(separately=[True, False], pinned=[True, True], note="advisory lock")
async def an_advisory_lock_of_a_connection(world: World) -> Any:
    return await answer(world, "/advisory/pg_try_advisory_lock")


@theme.differs(separately=["none", "LockNotAvailable"], pinned=["none", "none"], note="row lock")
def the_tests_session_has_locked_a_row(world: World) -> Any:
    world.make("x")
    world.settle()
    with Session(world.engine) as first, Session(world.engine) as second:
        return failures(lambda session: session.scalars(NOWAIT).one(), first, second)
