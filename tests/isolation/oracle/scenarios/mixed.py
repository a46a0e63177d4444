"""Sync and async sessions in one request, middleware, sessions that dependencies commit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from starlette.middleware.base import BaseHTTPMiddleware

from ..models import Team
from ..theme import AsyncDb, Back, Theme
from ..world import async_failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.requests import Request
    from starlette.responses import Response

    from ..world import World


async def audit(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Write down a request beside its own transaction, and only if it succeeds."""
    if not request.url.path.startswith("/audited"):
        return await call_next(request)
    async with request.app.state.backend.async_session() as session:
        session.add(Team(name="audit"))
        await session.flush()
        response = await call_next(request)
        await (session.commit() if response.status_code == 200 else session.rollback())
    return response


theme = Theme("mixed", FastAPI())
app = theme.app
app.add_middleware(BaseHTTPMiddleware, dispatch=audit)


def get_unit(backend: Back) -> Iterator[Session]:
    with backend.session.begin() as session:
        yield session


async def get_async_unit(backend: Back) -> AsyncIterator[AsyncSession]:
    async with backend.async_session.begin() as session:
        yield session


Unit = Annotated[Session, Depends(get_unit)]
AsyncUnit = Annotated[AsyncSession, Depends(get_async_unit)]


@app.post("/unit/{name}/{code}")
def unit(name: str, code: int, db: Unit) -> None:
    db.add(Team(name=name))
    if code != 200:
        raise HTTPException(code)


@app.post("/async/unit/{name}/{code}")
async def async_unit(name: str, code: int, db: AsyncUnit) -> None:
    db.add(Team(name=name))
    if code != 200:
        raise HTTPException(code)


@app.post("/audited/{name}/{code}")
def audited(name: str, code: int, backend: Back) -> None:
    backend.save(name)
    if code != 200:
        raise HTTPException(code)


@app.post("/both/{name}")
async def both(name: str, db: AsyncDb, backend: Back) -> None:
    db.add(Team(name=name))
    await db.flush()
    backend.save(f"{name} sync")
    await backend.async_save(f"{name} async")
    await db.commit()


@app.post("/waits/{name}")
async def waits(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    app.state.arrived.set()
    await app.state.go.wait()
    await db.commit()


@app.post("/sync-on-loop/{name}")
async def sync_on_loop(name: str, backend: Back) -> None:
    backend.save(name)
    app.state.go.set()


@app.post("/times-out/{name}")
async def times_out(name: str, db: AsyncDb) -> str:
    db.add(Team(name=name))
    await db.flush()
    error = await async_failure(asyncio.wait_for(db.execute(sa.text("SELECT pg_sleep(0.1)")), 0.01))
    await db.rollback()
    return error


@theme.agrees([[200, 400, 200, 400], ["a", "c"]])
async def a_dependency_commits_unless_the_request_fails(world: World) -> Any:
    paths = ("/unit/a/200", "/unit/b/400", "/async/unit/c/200", "/async/unit/d/400")
    return [await world.post(*paths), world.names()]


@theme.agrees([[200], ["audit", "x"]])
async def a_middleware_commits_beside_the_endpoint(world: World) -> Any:
    return [await world.post("/audited/x/200"), world.names()]


@theme.differs(separately=["x"], pinned=[], note="undid what")
async def a_middleware_rolls_back_beside_the_endpoint(world: World) -> Any:
    await world.post("/audited/x/400")
    return world.names()


@theme.agrees([[200], ["x", "x async", "x sync"]])
async def one_request_uses_either_kind_of_session(world: World) -> Any:
    return [await world.post("/both/x"), world.names()]


@theme.agrees([200, [200], ["x", "y"]])
async def a_sync_session_on_the_loop_beside_an_async_request(world: World) -> Any:
    app.state.arrived, app.state.go = asyncio.Event(), asyncio.Event()
    request = asyncio.create_task(world.client.post("/waits/x"))
    await app.state.arrived.wait()
    codes = await world.post("/sync-on-loop/y")
    return [(await request).status_code, codes, world.names()]


@theme.agrees(["TimeoutError", []])
async def a_statement_times_out(world: World) -> Any:
    return [(await world.client.post("/times-out/x")).json(), world.names()]
