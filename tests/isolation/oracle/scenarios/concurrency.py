"""Requests at once, and the test's session among them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from fastapi import HTTPException

from ..models import Team
from ..theme import AsyncDb, Db, Theme
from ..world import async_failure

if TYPE_CHECKING:
    import httpx

    from ..world import World

theme = Theme("concurrency")
app = theme.app


@app.post("/slow/{name}/{end}")
def slow(name: str, end: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()
    db.execute(sa.text("SELECT pg_sleep(0.01)"))
    getattr(db, end)()


@app.post("/async/slow/{name}/{end}")
async def async_slow(name: str, end: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    await asyncio.sleep(0.01)
    await getattr(db, end)()


@app.post("/async/fails/{name}")
async def async_fails(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    await asyncio.sleep(0.01)
    raise HTTPException(400)


@app.post("/async/waits/{name}/{end}")
async def async_waits(name: str, end: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    app.state.arrived.set()
    await app.state.go.wait()
    await getattr(db, end)()


@app.post("/async/goes/{name}")
async def async_goes(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.commit()
    app.state.go.set()


@app.post("/async/reads-waits/{name}")
async def async_reads_waits(name: str, db: AsyncDb) -> list[int | None]:
    count = sa.select(sa.func.count()).select_from(Team)
    before = await db.scalar(count)
    app.state.arrived.set()
    await app.state.go.wait()
    return [before, await db.scalar(count)]


@app.post("/async/meets/{me}/{other}")
async def async_meets(me: str, other: str, db: AsyncDb) -> None:
    await db.scalars(sa.select(Team))
    app.state.present.setdefault(me, asyncio.Event()).set()
    await app.state.present.setdefault(other, asyncio.Event()).wait()
    db.add(Team(name=me))
    await db.commit()


async def arrived(world: World, path: str) -> asyncio.Task[httpx.Response]:
    """A request that waits, and goes on when told."""
    app.state.arrived, app.state.go = asyncio.Event(), asyncio.Event()
    request = asyncio.create_task(world.client.post(path))
    await app.state.arrived.wait()
    return request


async def at_once(world: World, *paths: str) -> list[int]:
    app.state.present = {}
    found = await asyncio.gather(*(world.client.post(path) for path in paths))
    return [response.status_code for response in found]


@theme.agrees([[200] * 4, ["a", "b"]])
async def requests_at_once_commit_and_roll_back(world: World) -> Any:
    paths = ("/async/slow/a/commit", "/slow/b/commit", "/async/slow/c/rollback", "/slow/d/rollback")
    return [await at_once(world, *paths), world.names()]


@theme.agrees([[200, 400, 200, 200], ["a", "c", "d"]])
async def one_of_the_requests_at_once_fails(world: World) -> Any:
    paths = ("/async/slow/a/commit", "/async/fails/b", "/async/slow/c/commit", "/commit/d")
    return [await at_once(world, *paths), world.names()]


@theme.agrees([[200] * 12, 6])
async def many_requests_at_once(world: World) -> Any:
    kinds = ("commit", "forget", "async/commit", "async/forget")
    paths = [f"/{kind}/{kind.replace('/', '-')}{n}" for n in range(3) for kind in kinds]
    return [await at_once(world, *paths), len(world.names())]


@theme.agrees([[200, 500], ["x"]])
async def two_requests_want_the_same_name(world: World) -> Any:
    codes = await at_once(world, "/async/slow/x/commit", "/async/slow/x/commit")
    return [sorted(codes), world.names()]


@theme.agrees([200, 200, ["x"]])
async def the_name_is_free_when_the_other_rolls_back(world: World) -> Any:
    first = await arrived(world, "/async/waits/x/rollback")
    second = asyncio.create_task(world.client.post("/async/commit/x"))
    await asyncio.sleep(0.01)
    app.state.go.set()
    return [(await first).status_code, (await second).status_code, world.names()]


@theme.agrees([[200, 200], ["a", "b"]])
async def requests_that_read_wait_for_each_other(world: World) -> Any:
    return [await at_once(world, "/async/meets/a/b", "/async/meets/b/a"), world.names()]


@theme.differs(separately=["b"], pinned=[], note="undid what", patient=False)
async def a_request_waits_for_one_that_waits_for_it(world: World) -> Any:
    first = await arrived(world, "/async/waits/a/rollback")
    await world.post("/async/goes/b")
    await first
    return world.names()


@theme.agrees([200, ["a", "b"]], patient=False)
async def a_request_waits_for_one_that_waits_for_it_and_commits(world: World) -> Any:
    first = await arrived(world, "/async/waits/a/commit")
    await world.post("/async/goes/b")
    return [(await first).status_code, world.names()]


@theme.agrees(["CancelledError", [200], ["y"]])
async def a_cancelled_request_is_rolled_back(world: World) -> Any:
    request = await arrived(world, "/async/waits/x/commit")
    request.cancel()
    found = await asyncio.gather(request, return_exceptions=True)
    return [type(found[0]).__name__, await world.post("/commit/y"), world.names()]


@theme.agrees([[200], [0, 1]])
async def an_open_transaction_that_reads_sees_what_another_commits(world: World) -> Any:
    request = await arrived(world, "/async/reads-waits/x")
    codes = await world.post("/commit/y")
    app.state.go.set()
    return [codes, (await request).json()]


@theme.agrees([200, ["mine", "x"]])
async def the_tests_session_commits_while_a_request_runs(world: World) -> Any:
    request = await arrived(world, "/async/waits/x/commit")
    world.db.add(Team(name="mine"))
    world.db.commit()
    app.state.go.set()
    return [(await request).status_code, world.names()]


@theme.agrees(["none", ["service", "x"]], patient=False)
async def a_service_commits_while_a_request_has_changes(world: World) -> Any:
    request = await arrived(world, "/async/waits/x/commit")
    error = await async_failure(world.backend.async_save("service"))
    app.state.go.set()
    await request
    return [error, world.names()]


@theme.differs(separately=[], pinned=["x"], note="uncommitted")
async def the_test_reads_while_a_request_has_changes(world: World) -> Any:
    request = await arrived(world, "/async/waits/x/commit")
    found = list(world.db.scalars(sa.select(Team.name)))
    world.db.commit()
    app.state.go.set()
    await request
    return found
