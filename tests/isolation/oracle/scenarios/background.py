"""What an endpoint starts: background tasks, threads, tasks of the loop, executors."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import sqlalchemy as sa
from fastapi import BackgroundTasks, FastAPI

from ..models import Team
from ..theme import AsyncDb, Back, Db, Theme

if TYPE_CHECKING:
    from ..world import World

theme = Theme("background", FastAPI())
app = theme.app


@app.post("/background/{name}")
def background(name: str, tasks: BackgroundTasks, db: Db, backend: Back) -> None:
    db.add(Team(name=name))
    db.commit()
    tasks.add_task(backend.save, f"{name} later")


@app.post("/async/background/{name}")
async def async_background(name: str, tasks: BackgroundTasks, db: AsyncDb, backend: Back) -> None:
    db.add(Team(name=name))
    await db.commit()
    tasks.add_task(backend.async_save, f"{name} later")


@app.post("/background-dirty/{name}")
def background_dirty(name: str, tasks: BackgroundTasks, db: Db, backend: Back) -> None:
    db.add(Team(name=name))
    db.flush()
    tasks.add_task(backend.save, f"{name} later")


@app.post("/async/background-dirty/{name}")
async def async_background_dirty(
    name: str, tasks: BackgroundTasks, db: AsyncDb, backend: Back
) -> None:
    db.add(Team(name=name))
    await db.flush()
    tasks.add_task(backend.save, f"{name} later")


@app.post("/background-fails/{name}")
def background_fails(name: str, tasks: BackgroundTasks, db: Db, backend: Back) -> None:
    db.add(Team(name=name))
    db.commit()
    tasks.add_task(backend.save, name)


@app.post("/thread/{name}")
def thread(name: str, db: Db, backend: Back) -> None:
    db.scalars(sa.select(Team)).all()
    started = threading.Thread(target=backend.save, args=[name])
    started.start()
    started.join()


@app.post("/thread-dirty/{name}/{end}")
def thread_dirty(name: str, end: str, db: Db, backend: Back) -> None:
    db.add(Team(name=name))
    db.flush()
    started = threading.Thread(target=backend.save, args=[f"{name} of thread"])
    started.start()
    started.join()
    getattr(db, end)()


@app.post("/thread-late/{name}")
def thread_late(name: str, db: Db, backend: Back) -> None:
    def late() -> None:
        app.state.go.wait()
        backend.save(f"{name} of thread")

    db.add(Team(name=name))
    db.commit()
    app.state.thread = threading.Thread(target=late)
    app.state.thread.start()


@app.post("/pool/{name}")
def pool(name: str, db: Db, backend: Back) -> None:
    db.scalars(sa.select(Team)).all()
    with ThreadPoolExecutor(3) as executor:
        list(executor.map(backend.save, [f"{name}{number}" for number in range(5)]))


@app.post("/executor/{name}")
async def executor(name: str, db: AsyncDb, backend: Back) -> None:
    await db.scalars(sa.select(Team))
    await asyncio.get_running_loop().run_in_executor(None, backend.save, name)


@app.post("/to-thread/{name}")
async def to_thread(name: str, db: AsyncDb, backend: Back) -> None:
    db.add(Team(name=name))
    await db.flush()
    await asyncio.to_thread(backend.save, f"{name} of asyncio")
    await anyio.to_thread.run_sync(backend.save, f"{name} of anyio")
    await db.commit()


@app.post("/executor-dirty/{name}")
async def executor_dirty(name: str, db: AsyncDb, backend: Back) -> None:
    db.add(Team(name=name))
    await db.flush()
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, backend.save, f"{name} of executor")
    await db.commit()


@app.post("/task/{name}")
async def task(name: str, db: AsyncDb, backend: Back) -> None:
    async def late() -> None:
        await app.state.going.wait()
        await backend.async_save(f"{name} of task")

    db.add(Team(name=name))
    await db.commit()
    app.state.task = asyncio.create_task(late())


@app.post("/tasks/{name}")
async def tasks(name: str, db: AsyncDb, backend: Back) -> None:
    db.add(Team(name=name))
    await db.flush()
    await asyncio.gather(*(backend.async_save(f"{name}{number}") for number in range(4)))
    await db.commit()


@theme.agrees([[200], ["x", "x later"]])
async def a_background_task_commits(world: World) -> Any:
    return [await world.post("/background/x"), world.names()]


@theme.agrees([[200], ["x", "x later"]])
async def an_async_background_task_commits(world: World) -> Any:
    return [await world.post("/async/background/x"), world.names()]


# FastAPI leaves a dependency's `yield` after the background tasks.
@theme.differs(separately=["x later", "y later"], pinned=[], note="undid what")
async def a_background_task_of_an_endpoint_that_forgets_to_commit(world: World) -> Any:
    await world.post("/background-dirty/x", "/async/background-dirty/y")
    return world.names()


@theme.agrees([[200], ["x"]])
async def a_background_task_fails(world: World) -> Any:
    return [await world.post("/background-fails/x"), world.names()]


@theme.agrees([[200], ["x"]])
async def a_thread_that_an_endpoint_joins(world: World) -> Any:
    return [await world.post("/thread/x"), world.names()]


@theme.agrees([[200], ["x", "x of thread"]], patient=False)
async def a_thread_that_is_joined_amid_uncommitted_changes(world: World) -> Any:
    return [await world.post("/thread-dirty/x/commit"), world.names()]


@theme.differs(separately=["x of thread"], pinned=[], note="undid what", patient=False)
async def a_thread_commits_amid_changes_that_are_rolled_back(world: World) -> Any:
    await world.post("/thread-dirty/x/rollback")
    return world.names()


@theme.agrees([[200], ["x"], ["x", "x of thread"]])
async def a_thread_that_outlives_its_request(world: World) -> Any:
    app.state.go = threading.Event()
    codes = await world.post("/thread-late/x")
    before = world.names()
    app.state.go.set()
    app.state.thread.join()
    return [codes, before, world.names()]


@theme.agrees([[200], [f"x{number}" for number in range(5)]])
async def a_pool_of_threads(world: World) -> Any:
    return [await world.post("/pool/x"), world.names()]


@theme.agrees([[200], ["x"]])
async def the_loops_executor(world: World) -> Any:
    return [await world.post("/executor/x"), world.names()]


@theme.agrees([[200], ["x", "x of executor"]], patient=False)
async def the_loops_executor_amid_uncommitted_changes(world: World) -> Any:
    return [await world.post("/executor-dirty/x"), world.names()]


@theme.agrees([[200], ["x", "x of anyio", "x of asyncio"]])
async def threads_with_the_requests_context(world: World) -> Any:
    return [await world.post("/to-thread/x"), world.names()]


@theme.agrees([[200], ["x"], ["x", "x of task"]])
async def a_task_that_outlives_its_request(world: World) -> Any:
    app.state.going = asyncio.Event()
    codes = await world.post("/task/x")
    before = world.names()
    app.state.going.set()
    await app.state.task
    return [codes, before, world.names()]


@theme.agrees([[200], ["x", "x0", "x1", "x2", "x3"]])
async def tasks_of_one_request_commit_at_once(world: World) -> Any:
    return [await world.post("/tasks/x"), world.names()]
