"""The shop over HTTP; each endpoint tells which database it saw."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from pathlib import Path  # noqa: TC003 - FastAPI reads the annotations of endpoints
from typing import TYPE_CHECKING

from fastapi import APIRouter, BackgroundTasks, FastAPI, Request, WebSocket
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import sessionmaker

from factoryfloor.web import mount_test_endpoints

from .models import Item

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

URL = os.environ["SHOP_DATABASE"]
engine = create_engine(URL)
async_engine = create_async_engine(URL)
SessionLocal = sessionmaker(engine)
router = APIRouter()


@router.get("/plain")
def plain() -> str:
    """Nothing of the database."""
    return "plain"


@router.get("/items")
def items() -> list[str]:
    """The names of all items."""
    with SessionLocal() as session:
        return list(session.scalars(select(Item.name).order_by(Item.name)))


@router.post("/items/{name}")
def add_item(name: str) -> str:
    """The database that the item was written to."""
    with SessionLocal() as session:
        session.add(Item(name=name))
        session.commit()
    return _database()


@router.get("/async-items")
async def async_items() -> list[str]:
    """The same as `items`."""
    async with async_engine.connect() as connection:
        return list(await connection.scalars(select(Item.name).order_by(Item.name)))


@router.get("/wait")
def wait(gate: Path) -> list[str]:
    """The database before and after the file `gate` is there."""
    before = _database()
    _begun(gate)
    while not gate.exists():
        time.sleep(0.01)
    return [before, _database()]


@router.get("/async-wait")
async def async_wait(gate: Path) -> list[str]:
    """The same as `wait`, on the event loop."""
    before = await _async_database()
    _begun(gate)
    while not gate.exists():
        await asyncio.sleep(0.01)
    return [before, await _async_database()]


@router.post("/later")
def later(gate: Path, tasks: BackgroundTasks) -> str:
    """The database; a task after the answer writes into `gate` which one it sees then."""

    def see() -> None:
        _begun(gate)
        while not gate.exists():
            time.sleep(0.01)
        gate.with_suffix(".seen").write_text(_database())

    tasks.add_task(see)
    return _database()


@router.get("/thread")
def thread() -> str:
    """The database that a thread sees which no request leads."""
    found: list[str] = []
    other = threading.Thread(target=lambda: found.append(_database()))
    other.start()
    other.join()
    return found[0]


@router.get("/started")
def started(request: Request) -> str:
    """The database that the application saw when it started."""
    return str(request.app.state.started)


@router.websocket("/socket")
async def socket(socket: WebSocket) -> None:
    """The database, whenever it is asked for."""
    await socket.accept()
    async for _ in socket.iter_text():
        await socket.send_text(await _async_database())


def _begun(gate: Path) -> None:
    gate.with_suffix(".begun").touch()


def _database() -> str:
    with engine.connect() as connection:
        return str(connection.scalar(select(func.current_database())))


async def _async_database() -> str:
    async with async_engine.connect() as connection:
        return str(await connection.scalar(select(func.current_database())))


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Look into the database as the application starts."""
    with contextlib.suppress(OperationalError):
        app.state.started = _database()
    yield


def make_app() -> FastAPI:
    """The shop without test endpoints."""
    app = FastAPI(lifespan=lifespan)
    app.include_router(router)
    return app


app = make_app()
mount_test_endpoints(app)
