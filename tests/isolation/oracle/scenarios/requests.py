"""Requests one after another, through either client, and the test's own session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..models import Team, User
from ..theme import AsyncDb, Db, Theme
from ..world import name_of

if TYPE_CHECKING:
    from ..world import World

theme = Theme("requests")
app = theme.app


@app.post("/rename/{old}/{new}")
def rename(old: str, new: str, db: Db) -> None:
    db.scalars(sa.select(Team).where(Team.name == old)).one().name = new
    db.commit()


@app.post("/roll-back/{name}")
def roll_back(name: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()
    db.rollback()


@app.get("/async/lazy/{name}")
async def lazy(name: str, db: AsyncDb) -> Any:
    team = (await db.scalars(sa.select(Team).where(Team.name == name))).one()
    try:
        return len(team.users)
    except Exception as error:
        return name_of(error)


@theme.agrees([[200], ["x"]])
async def an_endpoint_commits(world: World) -> Any:
    return [await world.post("/commit/x"), world.names()]


@theme.agrees([[200], []])
async def an_endpoint_forgets_to_commit(world: World) -> Any:
    return [await world.post("/forget/x"), world.names()]


@theme.agrees([[200], ["x"]])
async def an_async_endpoint_commits(world: World) -> Any:
    return [await world.post("/async/commit/x"), world.names()]


@theme.agrees([[200], []])
async def an_async_endpoint_forgets_to_commit(world: World) -> Any:
    return [await world.post("/async/forget/x"), world.names()]


@theme.agrees([[200] * 4, ["a", "b"], 2, 2])
async def sync_and_async_endpoints_take_turns(world: World) -> Any:
    codes = await world.post("/commit/a", "/async/commit/b", "/async/forget/c", "/forget/d")
    return [codes, world.names(), await world.get("/count"), await world.get("/async/count")]


@theme.agrees([200, 200, ["a", "mine", "x", "y"]])
def the_sync_client_reaches_either_kind_of_endpoint(world: World) -> Any:
    world.make("mine")
    world.db.add(Team(name="a"))
    with world.sync_client() as client:
        codes = [client.post(path).status_code for path in ("/commit/x", "/async/commit/y")]
    return [*codes, world.names()]


@theme.agrees([[200], 200, ["x", "y"]])
async def both_clients_are_used_in_one_test(world: World) -> Any:
    codes = await world.post("/commit/x")
    with world.sync_client() as client:
        return [codes, client.post("/commit/y").status_code, world.names()]


@theme.agrees([1, 1])
async def a_request_sees_what_the_test_has_only_added(world: World) -> Any:
    world.db.add(Team(name="pending"))
    return [await world.get("/count"), await world.get("/async/count")]


@theme.agrees([[200], ["mine"]])
async def an_endpoint_that_rolls_back_leaves_the_tests_rows(world: World) -> Any:
    world.make("mine")
    return [await world.post("/roll-back/x"), world.names()]


@theme.agrees(["mine", "x"])
async def the_test_rolls_back_only_what_it_did_after_the_request(world: World) -> Any:
    world.make("mine")
    await world.post("/commit/x")
    world.make("more")
    world.db.rollback()
    return world.names()


@theme.agrees("new")
async def a_committed_object_of_the_test_is_read_anew(world: World) -> Any:
    team = Team(name="old")
    world.db.add(team)
    world.db.commit()
    await world.post(f"/rename/{team.name}/new")
    return team.name


@theme.agrees("new")
async def a_flushed_object_of_the_test_is_read_anew(world: World) -> Any:
    team = Team(name="old")
    world.db.add(team)
    world.db.flush()
    await world.post("/rename/old/new")
    return team.name


@theme.agrees("MissingGreenlet")
async def a_lazy_load_in_an_async_endpoint_fails(world: World) -> Any:
    world.db.add(Team(name="t", users=[User(name="u")]))
    return await world.get("/async/lazy/t")


@theme.agrees(["mine", "service"])
def a_service_called_by_the_test_commits(world: World) -> Any:
    world.make("mine")
    world.settle()
    world.backend.save("service")
    return world.names()


@theme.agrees(["mine", "service"])
async def an_async_service_called_by_the_test_commits(world: World) -> Any:
    world.make("mine")
    world.settle()
    await world.backend.async_save("service")
    return world.names()


@theme.agrees([["x"], ["x", "y"]])
async def the_tests_open_transaction_sees_what_requests_commit(world: World) -> Any:
    found = []
    for name in ("x", "y"):
        await world.post(f"/commit/{name}")
        found.append(sorted(world.db.scalars(sa.select(Team.name))))
    return found


@theme.agrees([1, [200], ["mine", "more", "x"], "mine"])
async def the_tests_async_session(world: World) -> Any:
    team = Team(name="mine")
    world.async_db.add(team)
    await world.async_db.flush()
    found = [await world.get("/count"), await world.post("/commit/x")]
    world.async_db.add(Team(name="more"))
    await world.async_db.commit()
    return [*found, world.names(), team.name]


@theme.agrees([[200], ["mine", "x"]])
async def the_tests_async_session_rolls_back_only_what_it_did_after_the_request(
    world: World,
) -> Any:
    world.async_db.add(Team(name="mine"))
    await world.async_db.flush()
    codes = await world.post("/async/commit/x")
    world.async_db.add(Team(name="more"))
    await world.async_db.flush()
    await world.async_db.rollback()
    return [codes, world.names()]


@theme.agrees([[200], ["x", "y"]])
async def both_sessions_of_the_test(world: World) -> Any:
    world.async_db.add(Team(name="y"))
    await world.async_db.commit()
    found = list(world.db.scalars(sa.select(Team.name)))
    assert found == ["y"]
    return [await world.post("/commit/x"), world.names()]


@theme.differs(separately=[[200], ["x"]], pinned=[[200], []], note="undid what", patient=False)
async def a_connection_of_the_test_is_rolled_back_after_the_request(world: World) -> Any:
    with world.engine.connect() as connection:
        connection.execute(sa.insert(Team).values(name="mine"))
        codes = await world.post("/commit/x")
        connection.rollback()
    return [codes, world.names()]
