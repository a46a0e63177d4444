"""Statements that fail, and what an application does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from fastapi import HTTPException
from sqlalchemy.exc import DBAPIError, IntegrityError

from ..models import Team
from ..theme import AsyncDb, Db, Theme
from ..world import failure, name_of

if TYPE_CHECKING:
    from ..world import World

theme = Theme("errors")
app = theme.app
ZERO = sa.text("SELECT 1 / 0")


@app.post("/handled/{name}")
def handled(name: str, db: Db) -> None:
    db.add(Team(name=name))
    try:
        db.commit()
    except IntegrityError as error:
        raise HTTPException(409) from error


@app.post("/async/handled/{name}")
async def async_handled(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    try:
        await db.commit()
    except IntegrityError as error:
        raise HTTPException(409) from error


@app.post("/goes-on/{name}")
def goes_on(name: str, db: Db) -> None:
    db.add(Team(name=name))
    try:
        db.commit()
    except IntegrityError:
        db.rollback()
    db.add(Team(name=f"not {name}"))
    db.commit()


@app.post("/async/goes-on/{name}")
async def async_goes_on(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    try:
        await db.commit()
    except IntegrityError:
        await db.rollback()
    db.add(Team(name=f"not {name}"))
    await db.commit()


@app.post("/nested/{name}")
def nested(name: str, db: Db) -> None:
    db.add(Team(name="before"))
    try:
        with db.begin_nested():
            db.add(Team(name=name))
    except IntegrityError:
        db.add(Team(name="after"))
    db.commit()


@app.post("/async/nested/{name}")
async def async_nested(name: str, db: AsyncDb) -> None:
    db.add(Team(name="before"))
    try:
        async with db.begin_nested():
            db.add(Team(name=name))
    except IntegrityError:
        db.add(Team(name="after"))
    await db.commit()


@app.get("/aborted")
def aborted(db: Db) -> list[str]:
    return [failure(lambda: db.execute(ZERO)), failure(lambda: db.execute(sa.text("SELECT 1")))]


@app.get("/async/aborted")
async def async_aborted(db: AsyncDb) -> list[str]:
    found = []
    for statement in (ZERO, sa.text("SELECT 1")):
        try:
            await db.execute(statement)
        except DBAPIError as error:
            found.append(name_of(error))
    return found


@app.post("/commit-aborted/{name}")
def commit_aborted(name: str, db: Db) -> str:
    db.add(Team(name=name))
    db.flush()
    failure(lambda: db.execute(ZERO))
    return failure(db.commit)


@app.get("/unflushable/{name}")
def unflushable(name: str, db: Db) -> list[str]:
    db.add(Team(name=name))
    return [failure(db.flush), failure(lambda: db.execute(sa.text("SELECT 1")))]


@theme.agrees([[409, 200], ["x", "y"]])
async def an_endpoint_answers_that_a_row_is_refused(world: World) -> Any:
    world.make("x")
    return [await world.post("/handled/x", "/commit/y"), world.names()]


@theme.agrees([[409, 200], ["x", "y"]])
async def an_async_endpoint_answers_that_a_row_is_refused(world: World) -> Any:
    world.make("x")
    return [await world.post("/async/handled/x", "/async/commit/y"), world.names()]


@theme.agrees([[500, 500, 200], ["x", "y"]])
async def an_endpoint_fails(world: World) -> Any:
    world.make("x")
    return [await world.post("/commit/x", "/async/commit/x", "/commit/y"), world.names()]


@theme.agrees([[200], ["not x", "x"]])
async def an_endpoint_catches_an_integrity_error_and_goes_on(world: World) -> Any:
    world.make("x")
    return [await world.post("/goes-on/x"), world.names()]


@theme.agrees([[200], ["not x", "x"]])
async def an_async_endpoint_catches_an_integrity_error_and_goes_on(world: World) -> Any:
    world.make("x")
    return [await world.post("/async/goes-on/x"), world.names()]


@theme.agrees([[200], ["after", "before", "x"]])
async def an_error_in_begin_nested_is_caught(world: World) -> Any:
    world.make("x")
    return [await world.post("/nested/x"), world.names()]


@theme.agrees([[200], ["after", "before", "x"]])
async def an_error_in_an_async_begin_nested_is_caught(world: World) -> Any:
    world.make("x")
    return [await world.post("/async/nested/x"), world.names()]


@theme.agrees([["DivisionByZero", "InFailedSqlTransaction"]] * 2)
async def a_failed_transaction_refuses_statements(world: World) -> Any:
    return [await world.get("/aborted"), await world.get("/async/aborted")]


@theme.agrees(["none", []])
async def a_failed_transaction_is_committed(world: World) -> Any:
    return [(await world.client.post("/commit-aborted/x")).json(), world.names()]


@theme.agrees(["UniqueViolation", "PendingRollbackError"])
async def a_failed_flush_wants_a_rollback(world: World) -> Any:
    world.make("x")
    return await world.get("/unflushable/x")


@theme.agrees(["UniqueViolation", [200], ["a", "x"]])
async def the_test_rolls_an_error_back_before_a_request(world: World) -> Any:
    world.make("a")
    world.db.commit()
    error = failure(lambda: world.db.execute(sa.insert(Team).values(name="a")))
    world.db.rollback()
    return [error, await world.post("/commit/x"), world.names()]


@theme.agrees([[200], ["a", "x"]])
async def the_tests_aborted_transaction_does_not_disturb_a_request(world: World) -> Any:
    world.make("a")
    world.db.commit()
    failure(lambda: world.db.execute(ZERO))
    codes = await world.post("/commit/x")
    world.db.rollback()
    return [codes, world.names()]


@theme.agrees([[200], ["a", "x"]])
async def the_tests_failed_flush_does_not_disturb_a_request(world: World) -> Any:
    world.make("a")
    world.db.commit()
    world.db.add(Team(name="a"))
    failure(world.db.flush)
    codes = await world.post("/commit/x")
    world.db.rollback()
    return [codes, world.names()]


@theme.agrees(["UniqueViolation", ["a", "x"]])
async def the_test_is_told_of_a_row_that_a_request_has_taken(world: World) -> Any:
    world.make("a")
    await world.post("/commit/x")
    world.db.add(Team(name="x"))
    error = failure(world.db.flush)
    world.db.rollback()
    return [error, world.names()]
