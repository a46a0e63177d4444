"""Scenarios of one theme, and the application that they run against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection  # noqa: TC002 - FastAPI reads the annotation

from .backend import Backend
from .models import Team

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from .world import World

    Play = Callable[[World], Any] | Callable[[World], Awaitable[Any]]


def get_backend(connection: HTTPConnection) -> Backend:
    found: Backend = connection.app.state.backend
    return found


Back = Annotated[Backend, Depends(get_backend)]


def get_db(backend: Back) -> Iterator[Session]:
    with backend.session() as session:
        yield session


async def get_async_db(backend: Back) -> AsyncIterator[AsyncSession]:
    async with backend.async_session() as session:
        yield session


Db = Annotated[Session, Depends(get_db)]
AsyncDb = Annotated[AsyncSession, Depends(get_async_db)]
router = APIRouter()


@router.post("/commit/{name}")
def commit(name: str, db: Db) -> None:
    db.add(Team(name=name))
    db.commit()


@router.post("/forget/{name}")
def forget(name: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()


@router.post("/async/commit/{name}")
async def async_commit(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.commit()


@router.post("/async/forget/{name}")
async def async_forget(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()


@router.get("/count")
def count(db: Db) -> int | None:
    return db.scalar(sa.select(sa.func.count()).select_from(Team))


@router.get("/async/count")
async def async_count(db: AsyncDb) -> int | None:
    return await db.scalar(sa.select(sa.func.count()).select_from(Team))


@dataclass(frozen=True)
class Scenario:
    """What is done, what comes of it on either kind of connection, and what the notes say."""

    name: str
    app: FastAPI
    play: Play
    separately: Any
    pinned: Any
    note: str  # a regular expression; empty: there is no note
    patient: bool


class Theme:
    """An application and the scenarios that use it."""

    def __init__(self, name: str, app: FastAPI | None = None) -> None:
        self.name = name
        self.app = app or FastAPI()
        self.app.include_router(router)
        self.scenarios: list[Scenario] = []

    def agrees(
        self, outcome: Any, *, note: str = "", patient: bool = True
    ) -> Callable[[Play], Play]:
        """A scenario with the same outcome on separate connections and in a test.

        It may be noted all the same. One that is not patient soon goes on inside a transaction
        that keeps it waiting.
        """
        return self.differs(separately=outcome, pinned=outcome, note=note, patient=patient)

    def differs(
        self, *, separately: Any, pinned: Any, note: str = "", patient: bool = True
    ) -> Callable[[Play], Play]:
        """A scenario whose outcome in a test is another: a limit of one connection."""

        def register(play: Play) -> Play:
            name = f"{self.name}-{play.__name__}"
            scenario = Scenario(name, self.app, play, separately, pinned, note, patient)
            self.scenarios.append(scenario)
            return play

        return register
