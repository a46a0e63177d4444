"""Transactions that begin while another of the same request is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..models import Team
from ..theme import AsyncDb, Back, Db, Theme
from ..world import failure

if TYPE_CHECKING:
    from ..world import World

theme = Theme("inner")
app = theme.app
AUDIT = sa.insert(Team).values(name="audit")


@app.post("/read-then-audit")
def read_then_audit(db: Db, backend: Back) -> None:
    db.scalars(sa.select(Team)).all()
    with backend.engine.begin() as connection:
        connection.execute(AUDIT)


@app.post("/write-then-audit/{end}")
def write_then_audit(end: str, db: Db, backend: Back) -> None:
    db.add(Team(name="x"))
    db.flush()
    with backend.engine.begin() as connection:
        connection.execute(AUDIT)
    getattr(db, end)()


@app.post("/async/write-then-audit/{end}")
async def async_write_then_audit(end: str, db: AsyncDb, backend: Back) -> None:
    db.add(Team(name="x"))
    await db.flush()
    async with backend.async_engine.begin() as connection:
        await connection.execute(AUDIT)
    await getattr(db, end)()


@app.post("/write-then-drop-audit")
def write_then_drop_audit(db: Db, backend: Back) -> None:
    db.add(Team(name="x"))
    db.flush()
    with backend.engine.connect() as connection:
        connection.execute(AUDIT)
        connection.rollback()
    db.commit()


@app.post("/write-then-log")
def write_then_log(db: Db, backend: Back) -> None:
    db.add(Team(name="x"))
    db.flush()
    logging = backend.engine.execution_options(isolation_level="AUTOCOMMIT")
    with logging.connect() as connection:
        connection.execute(AUDIT)
    db.commit()


@app.get("/sees-audit")
def sees_audit(db: Db, backend: Back) -> list[str]:
    db.scalars(sa.select(Team)).all()
    with backend.engine.begin() as connection:
        connection.execute(AUDIT)
    return list(db.scalars(sa.select(Team.name)))


@app.get("/peeks")
def peeks(db: Db, backend: Back) -> list[str]:
    db.add(Team(name="x"))
    db.flush()
    with backend.engine.connect() as connection:
        return list(connection.scalars(sa.select(Team.name)))


@app.post("/interleaves/{first}/{second}")
def interleaves(first: str, second: str, backend: Back) -> str:
    with backend.engine.connect() as outer, backend.engine.connect() as inner:
        outer.execute(sa.insert(Team).values(name="outer"))
        inner.execute(sa.insert(Team).values(name="inner"))
        getattr(outer, first)()
        return failure(getattr(inner, second))


@app.post("/resumes/{end}")
def resumes(end: str, backend: Back) -> None:
    with backend.engine.connect() as outer, backend.engine.connect() as inner:
        outer.execute(sa.insert(Team).values(name="outer"))
        inner.execute(sa.insert(Team).values(name="inner"))
        outer.execute(sa.insert(Team).values(name="outer again"))
        inner.rollback()
        getattr(outer, end)()


@app.post("/audit-in-savepoint")
def audit_in_savepoint(db: Db, backend: Back) -> None:
    db.add(Team(name="x"))
    db.flush()
    with db.begin_nested() as savepoint:
        db.add(Team(name="y"))
        db.flush()
        with backend.engine.begin() as connection:
            connection.execute(AUDIT)
        savepoint.rollback()
    db.commit()


@app.post("/savepoint-around-audit")
def savepoint_around_audit(db: Db, backend: Back) -> None:
    with db.begin_nested() as savepoint:
        db.scalars(sa.select(Team)).all()
        with backend.engine.begin() as connection:
            connection.execute(AUDIT)
        db.add(Team(name="x"))
        db.flush()
        savepoint.rollback()
    db.add(Team(name="y"))
    db.commit()


@app.post("/read-only-around-audit")
def read_only_around_audit(backend: Back) -> str:
    with backend.engine.connect().execution_options(postgresql_readonly=True) as connection:
        connection.scalars(sa.select(Team)).all()
        with backend.engine.begin() as another:
            another.execute(AUDIT)
        return failure(lambda: connection.execute(sa.insert(Team).values(name="x")))


@theme.agrees([[200], ["audit"]])
async def one_commits_inside_another_that_only_read(world: World) -> Any:
    return [await world.post("/read-then-audit"), world.names()]


@theme.agrees([[200], ["audit", "x"]])
async def both_commit(world: World) -> Any:
    return [await world.post("/write-then-audit/commit"), world.names()]


@theme.agrees([[200], ["audit", "x"]])
async def both_commit_in_async_code(world: World) -> Any:
    return [await world.post("/async/write-then-audit/commit"), world.names()]


@theme.agrees([[200], ["x"]])
async def only_the_inner_one_is_rolled_back(world: World) -> Any:
    return [await world.post("/write-then-drop-audit"), world.names()]


@theme.agrees([[200], ["audit", "x"]])
async def one_in_autocommit_mode_inside_another(world: World) -> Any:
    return [await world.post("/write-then-log"), world.names()]


@theme.agrees([[200], ["audit", "y"]])
async def one_commits_inside_a_savepoint_that_only_read(world: World) -> Any:
    return [await world.post("/savepoint-around-audit"), world.names()]


@theme.agrees(["ReadOnlySqlTransaction", ["audit"]])
async def one_commits_inside_another_that_may_only_read(world: World) -> Any:
    return [(await world.client.post("/read-only-around-audit")).json(), world.names()]


@theme.differs(separately=["audit", "x"], pinned=["x"], note="undid what")
async def only_a_savepoint_around_one_is_rolled_back(world: World) -> Any:
    await world.post("/audit-in-savepoint")
    return world.names()


@theme.agrees(["audit"])
async def what_was_committed_meanwhile_is_seen(world: World) -> Any:
    return await world.get("/sees-audit")


@theme.agrees([[200], ["inner", "outer"]])
async def the_outer_one_commits_first(world: World) -> Any:
    return [await world.post("/interleaves/commit/commit"), world.names()]


@theme.differs(separately=["audit"], pinned=[], note="undid what")
async def only_the_outer_one_is_rolled_back(world: World) -> Any:
    await world.post("/write-then-audit/rollback")
    return world.names()


@theme.differs(separately=["audit"], pinned=[], note="undid what")
async def only_the_outer_one_is_rolled_back_in_async_code(world: World) -> Any:
    await world.post("/async/write-then-audit/rollback")
    return world.names()


@theme.differs(separately=["outer"], pinned=["inner", "outer"], note="they stay")
async def the_inner_one_is_rolled_back_after_the_outer_has_committed(world: World) -> Any:
    await world.post("/interleaves/commit/rollback")
    return world.names()


@theme.differs(separately=["none", ["inner"]], pinned=["IsolationError", []])
async def the_inner_one_is_committed_after_the_outer_was_rolled_back(world: World) -> Any:
    response = await world.client.post("/interleaves/rollback/commit")
    return [response.json(), world.names()]


@theme.differs(
    separately=["outer", "outer again"], pinned=["outer"], note="had uncommitted changes"
)
async def the_outer_one_goes_on_before_the_inner_one_ends(world: World) -> Any:
    await world.post("/resumes/commit")
    return world.names()


@theme.differs(separately=[], pinned=["x"], note="uncommitted")
async def uncommitted_rows_are_seen_by_the_inner_one(world: World) -> Any:
    return await world.get("/peeks")
