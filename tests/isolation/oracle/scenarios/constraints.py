"""Constraints that are checked when a transaction commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..models import Team, User
from ..theme import AsyncDb, Back, Db, Theme
from ..world import async_failure, failure, failures

if TYPE_CHECKING:
    from ..world import World

theme = Theme("constraints")
app = theme.app
FAR = 1_000_000  # no sequence has come so far


@app.post("/orphan")
def orphan(db: Db) -> str:
    db.add(User(name="orphan", team_id=FAR))
    db.flush()
    return failure(db.commit)


@app.post("/async/orphan")
async def async_orphan(db: AsyncDb) -> str:
    db.add(User(name="orphan", team_id=FAR))
    await db.flush()
    return await async_failure(db.commit())


@app.post("/orphan-then/{name}")
def orphan_then(name: str, db: Db) -> str:
    error = orphan(db)
    db.rollback()
    db.add(Team(name=name))
    db.commit()
    return error


@app.post("/parent-later")
def parent_later(db: Db) -> str:
    db.add(User(name="early", team_id=FAR))
    db.flush()
    db.add(Team(id=FAR, name="late"))
    return failure(db.commit)


@app.post("/orphan-rolled-back")
def orphan_rolled_back(db: Db) -> str:
    db.add(User(name="orphan", team_id=FAR))
    db.flush()
    return failure(db.rollback)


@app.post("/immediate")
def immediate(db: Db) -> str:
    db.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    db.add(User(name="orphan", team_id=FAR))
    return failure(db.flush)


@app.post("/immediate-then")
def immediate_then(db: Db) -> str:
    immediate(db)
    db.rollback()
    db.add(User(name="orphan", team_id=FAR))
    return failure(db.flush)


@app.post("/autocommit-orphan")
def autocommit_orphan(backend: Back) -> str:
    with backend.engine.connect() as connection:
        logging = connection.execution_options(isolation_level="AUTOCOMMIT")
        return failure(lambda: logging.execute(sa.insert(User).values(name="orphan", team_id=FAR)))


@app.post("/inner-orphan")
def inner_orphan(db: Db, backend: Back) -> list[str]:
    db.add(Team(name="outer"))
    db.flush()
    with backend.session() as inner:
        error = orphan(inner)
    return [error, failure(db.commit)]


async def answer(world: World, path: str) -> Any:
    return [(await world.client.post(path)).json(), world.names()]


@theme.agrees(["ForeignKeyViolation", []])
async def a_commit_checks_deferred_constraints(world: World) -> Any:
    return await answer(world, "/orphan")


@theme.agrees(["ForeignKeyViolation", []])
async def an_async_commit_checks_deferred_constraints(world: World) -> Any:
    return await answer(world, "/async/orphan")


@theme.agrees(["ForeignKeyViolation", ["x"]])
async def an_endpoint_goes_on_after_a_refused_commit(world: World) -> Any:
    return await answer(world, "/orphan-then/x")


@theme.agrees(["none", ["late"]])
async def the_parent_comes_later(world: World) -> Any:
    return await answer(world, "/parent-later")


@theme.agrees(["none", []])
async def a_rollback_checks_nothing(world: World) -> Any:
    return await answer(world, "/orphan-rolled-back")


@theme.agrees([["ForeignKeyViolation", []], ["none", []]], note=r"now\(\)")
async def constraints_are_immediate_for_one_transaction(world: World) -> Any:
    return [await answer(world, "/immediate"), await answer(world, "/immediate-then")]


@theme.agrees(["ForeignKeyViolation", []])
async def a_statement_in_autocommit_mode_is_checked(world: World) -> Any:
    return await answer(world, "/autocommit-orphan")


@theme.differs(
    separately=[["ForeignKeyViolation", "none"], ["outer"]],
    pinned=[["none", "ForeignKeyViolation"], []],
    note="undid what",
)
async def a_transaction_inside_another_is_checked(world: World) -> Any:
    return await answer(world, "/inner-orphan")


@theme.agrees(["ForeignKeyViolation", [200], ["x"]])
async def the_tests_own_commit_is_checked(world: World) -> Any:
    world.db.add(User(name="orphan", team_id=FAR))
    world.db.flush()
    error = failure(world.db.commit)
    world.db.rollback()
    return [error, await world.post("/commit/x"), world.names()]


@theme.agrees([["none", "none"], []], note=r"now\(\)")
def a_table_is_altered_and_emptied_after_a_commit(world: World) -> Any:
    for name in ("a", "b"):
        with world.backend.session.begin() as session:
            session.add(User(name=name, team=Team(name=name)))
    statements = ("ALTER TABLE users ADD COLUMN note text", "TRUNCATE team, users")

    def run(statement: str) -> None:
        with world.engine.begin() as connection:
            connection.execute(sa.text(statement))

    return [failures(run, *statements), world.names()]
