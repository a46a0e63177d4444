"""Requests at once, cancelled ones, and what outlives a request."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import anyio.to_thread
import httpx
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    sessionmaker,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]

NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"
engine = sa.create_engine(NOWHERE, pool_size=50, pool_pre_ping=True)
async_engine = create_async_engine(NOWHERE, pool_size=50)
LocalSession = sessionmaker(engine)
AsyncLocalSession = async_sessionmaker(async_engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def get_db() -> Iterator[Session]:
    with LocalSession() as session:
        yield session


async def get_async_db() -> AsyncIterator[AsyncSession]:
    async with AsyncLocalSession() as session:
        yield session


Db = Annotated[Session, Depends(get_db)]
AsyncDb = Annotated[AsyncSession, Depends(get_async_db)]
app = FastAPI()
meeting: dict[str, asyncio.Event] = {}


# FastAPI 0.104 would validate None in the pool's only thread
@app.post("/commit/{name}", response_model=None)
def commit(name: str, db: Db) -> None:
    db.add(Team(name=name))
    db.commit()


@app.post("/forget/{name}", response_model=None)
def forget(name: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()


@app.post("/slow/{name}/{end}")
def slow(name: str, end: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()
    time.sleep(0.02)
    getattr(db, end)()


@app.post("/async/commit/{name}")
async def async_commit(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.commit()


@app.post("/async/forget/{name}")
async def async_forget(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()


@app.post("/async/slow/{name}/{end}")
async def async_slow(name: str, end: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    await asyncio.sleep(0.02)
    await getattr(db, end)()


@app.post("/async/hang/{name}")
async def async_hang(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    await asyncio.sleep(60)


@app.post("/async/task/{name}")
async def async_task(name: str, db: AsyncDb) -> None:
    async def later() -> None:
        await asyncio.sleep(0.01)
        async with AsyncLocalSession() as session, session.begin():
            session.add(Team(name=f"{name} in task"))

    db.add(Team(name=name))
    await db.commit()
    app.state.task = asyncio.create_task(later())


@app.post("/async/meet/{me}/{other}")
async def async_meet(me: str, other: str, db: AsyncDb) -> None:
    await db.scalars(sa.select(Team))
    meeting.setdefault(me, asyncio.Event()).set()
    await meeting.setdefault(other, asyncio.Event()).wait()
    db.add(Team(name=me))
    await db.commit()


@pytest.fixture
async def client(
    db: Session, pinned: PinnedConnection, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that runs the application on the test's loop; patience outlasts a busy machine."""
    monkeypatch.setattr(pinned.turns, "patience", 30.0)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as found:
        yield found


async def test_requests_at_once_wait_for_each_other(
    client: httpx.AsyncClient, names: Names, pinned: PinnedConnection
) -> None:
    paths = ("/async/slow/a/commit", "/slow/b/commit", "/async/slow/c/rollback", "/slow/d/rollback")

    found = await asyncio.gather(*(client.post(path) for path in paths))

    assert {response.status_code for response in found} == {200}
    assert names() == ["a", "b"]
    assert pinned.notes == []


async def test_many_requests_at_once_lose_nothing(
    client: httpx.AsyncClient, names: Names, pinned: PinnedConnection
) -> None:
    paths = [
        f"{kind}/{kind.strip('/').replace('/', '-')}{number}{end}"
        for number in range(10)
        for kind, end in (
            ("/commit", ""),
            ("/forget", ""),
            ("/async/commit", ""),
            ("/async/forget", ""),
            ("/slow", "/commit"),
            ("/async/slow", "/rollback"),
        )
    ]

    found = await asyncio.gather(*(client.post(path) for path in paths))

    assert {response.status_code for response in found} == {200}
    assert len(names()) == 10 * 3
    assert pinned.notes == []


async def test_a_request_waits_for_the_one_before_it_on_the_same_thread(
    client: httpx.AsyncClient, names: Names, pinned: PinnedConnection
) -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens = 1
    paths = [f"/{kind}/{kind}{number}" for number in range(5) for kind in ("forget", "commit")]

    await asyncio.gather(*(client.post(path) for path in paths))

    assert names() == [f"commit{number}" for number in range(5)]
    assert pinned.notes == []


async def test_requests_that_wait_for_each_other_while_reading_get_on(
    client: httpx.AsyncClient, names: Names
) -> None:
    meeting.clear()

    await asyncio.gather(client.post("/async/meet/a/b"), client.post("/async/meet/b/a"))

    assert names() == ["a", "b"]


async def test_a_cancelled_request_is_rolled_back(client: httpx.AsyncClient, names: Names) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client.post("/async/hang/a")

    assert (await client.post("/commit/b")).status_code == 200
    assert names() == ["b"]


async def test_a_task_that_outlives_its_request_joins(
    client: httpx.AsyncClient, names: Names
) -> None:
    await client.post("/async/task/a")
    await app.state.task

    assert names() == ["a", "a in task"]


async def test_a_task_that_outlives_its_test_is_refused(
    client: httpx.AsyncClient, names: Names, pinned: PinnedConnection
) -> None:
    await client.post("/async/task/a")
    pinned.end_test()
    pinned.begin_test()

    with pytest.raises(sa.exc.OperationalError, match="'POST /async/task/a' began has ended"):
        await app.state.task

    assert names() == []


async def test_the_tests_session_works_while_a_request_runs(
    db: Session,
    client: httpx.AsyncClient,
    names: Names,
    pinned: PinnedConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pinned.turns, "patience", float("inf"))
    task = asyncio.create_task(client.post("/async/slow/a/commit"))
    await asyncio.sleep(0.01)
    db.add(Team(name="mine"))
    db.commit()

    assert (await task).status_code == 200
    assert names() == ["a", "mine"]
