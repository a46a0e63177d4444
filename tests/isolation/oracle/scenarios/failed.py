"""Failed transactions beside others of the same request: what writes an error down, say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..models import Team
from ..theme import AsyncDb, Back, Db, Theme
from ..world import async_failure, failure

if TYPE_CHECKING:
    from ..world import World

theme = Theme("failed")
app = theme.app
TAKEN = sa.insert(Team).values(name="taken")


@app.post("/log-error")
def log_error(db: Db, backend: Back) -> str:
    db.add(Team(name="x"))
    db.flush()
    error = failure(lambda: db.execute(TAKEN))
    backend.save("log")
    db.rollback()
    return error


@app.post("/async/log-error")
async def async_log_error(db: AsyncDb, backend: Back) -> str:
    db.add(Team(name="x"))
    await db.flush()
    error = await async_failure(db.execute(TAKEN))
    await backend.async_save("log")
    await db.rollback()
    return error


@app.post("/log-error-in-savepoint")
def log_error_in_savepoint(db: Db, backend: Back) -> list[str]:
    db.add(Team(name="x"))
    db.flush()
    savepoint = db.begin_nested()
    found = [failure(lambda: db.execute(TAKEN))]
    backend.save("log")
    return [*found, failure(savepoint.rollback), failure(db.commit)]


@app.post("/log-error-after-savepoint")
def log_error_after_savepoint(db: Db, backend: Back) -> list[str]:
    db.add(Team(name="x"))
    db.flush()
    savepoint = db.begin_nested()
    found = [failure(lambda: db.execute(TAKEN)), failure(savepoint.rollback)]
    backend.save("log")
    return [*found, failure(db.commit)]


@app.post("/inner-fails")
def inner_fails(db: Db, backend: Back) -> list[str]:
    db.add(Team(name="x"))
    db.flush()
    with backend.engine.connect() as inner:
        found = [failure(lambda: inner.execute(TAKEN))]
        db.add(Team(name="y"))
        found.append(failure(db.commit))
        return [*found, failure(lambda: inner.execute(sa.text("SELECT 1")))]


@app.post("/in-autocommit-mode")
def in_autocommit_mode(db: Db, backend: Back) -> str:
    db.add(Team(name="x"))
    db.flush()
    plain = backend.engine.execution_options(isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        connection.execute(sa.insert(Team).values(name="log"))
        error = failure(lambda: connection.execute(TAKEN))
    db.commit()
    return error


@app.post("/leak/{name}")
def leak(name: str, backend: Back) -> None:
    app.state.leaked = backend.engine.connect()
    app.state.leaked.execute(sa.insert(Team).values(name=name))


async def answer(world: World, path: str) -> Any:
    world.make("taken")
    return [(await world.client.post(path)).json(), world.names()]


@theme.agrees(["UniqueViolation", ["log", "taken"]])
async def the_error_is_written_down_before_the_rollback(world: World) -> Any:
    return await answer(world, "/log-error")


@theme.agrees(["UniqueViolation", ["log", "taken"]])
async def the_error_is_written_down_in_async_code(world: World) -> Any:
    return await answer(world, "/async/log-error")


@theme.agrees([["UniqueViolation", "none", "none"], ["log", "taken", "x"]])
async def the_error_is_written_down_before_the_savepoint_is_rolled_back(world: World) -> Any:
    return await answer(world, "/log-error-in-savepoint")


@theme.agrees([["UniqueViolation", "none", "none"], ["log", "taken", "x"]])
async def the_error_is_written_down_after_the_savepoint_was_rolled_back(world: World) -> Any:
    return await answer(world, "/log-error-after-savepoint")


@theme.agrees([["UniqueViolation", "none", "InFailedSqlTransaction"], ["taken", "x", "y"]])
async def the_inner_one_has_failed_when_the_outer_goes_on(world: World) -> Any:
    return await answer(world, "/inner-fails")


@theme.agrees(["UniqueViolation", ["log", "taken", "x"]])
async def a_statement_in_autocommit_mode_fails(world: World) -> Any:
    return await answer(world, "/in-autocommit-mode")


@theme.differs(
    separately=[["y"], ["y"]], pinned=[["x", "y"], []], note="undid what|uncommitted", patient=False
)
async def a_connection_is_not_given_back(world: World) -> Any:
    await world.post("/leak/x", "/commit/y")
    before = world.names()
    app.state.leaked.close()
    return [before, world.names()]
