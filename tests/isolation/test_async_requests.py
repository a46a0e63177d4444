"""Requests of async endpoints, without overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy.exc import MissingGreenlet, StatementError
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    sessionmaker,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]

NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"
engine = sa.create_engine(NOWHERE, pool_size=50, pool_pre_ping=True)
async_engine = create_async_engine(NOWHERE, pool_size=50)
LocalSession = sessionmaker(engine)
AsyncLocalSession = async_sessionmaker(async_engine, expire_on_commit=False)


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    players: Mapped[list[Player]] = relationship()


class Player(Base):
    __tablename__ = "player"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))


async def get_async_db() -> AsyncIterator[AsyncSession]:
    async with AsyncLocalSession() as session:
        yield session


AsyncDb = Annotated[AsyncSession, Depends(get_async_db)]
app = FastAPI()


@app.get("/stream")
async def async_stream(db: AsyncDb) -> StreamingResponse:
    names = sa.select(Team.name).order_by(Team.id).execution_options(yield_per=2)
    found = await db.stream_scalars(names)

    async def lines() -> AsyncIterator[str]:
        async for name in found:
            yield name + ","

    return StreamingResponse(lines())


@app.post("/commit/{name}")
async def async_commit(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.commit()


@app.post("/audit/{name}/{end}")
async def async_audit(name: str, end: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    async with async_engine.begin() as connection:
        await connection.execute(sa.insert(Team).values(name=f"{name} audited"))
    await getattr(db, end)()


@app.get("/lazy/{name}")
async def async_lazy(name: str, db: AsyncDb) -> str:
    team = (await db.scalars(sa.select(Team).where(Team.name == name))).one()
    try:
        return str(len(team.players))
    except (MissingGreenlet, StatementError) as error:
        return type(error).__name__


@app.websocket("/socket")
async def socket(socket: WebSocket, db: AsyncDb) -> None:
    await socket.accept()
    async for name in socket.iter_text():
        db.add(Team(name=name))
        await db.commit()
        total = await db.scalar(sa.select(sa.func.count()).select_from(Team))
        await socket.send_text(str(total))


@pytest.fixture
async def client(db: Session) -> AsyncIterator[httpx.AsyncClient]:
    """A client that runs the application on the test's loop."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as found:
        yield found


@pytest.mark.parametrize("end, kept", [("commit", ["x", "x audited"]), ("rollback", [])])
async def test_a_second_transaction_of_a_request_runs_inside_the_first(
    client: httpx.AsyncClient, names: Names, pinned: PinnedConnection, end: str, kept: list[str]
) -> None:
    await client.post(f"/audit/x/{end}")

    assert names() == kept
    assert len(pinned.notes) == (end == "rollback")


async def test_responses_stream(db: Session, client: httpx.AsyncClient) -> None:
    db.add_all(Team(name=str(number)) for number in range(5))

    assert (await client.get("/stream")).text == "0,1,2,3,4,"


def test_a_websocket_and_requests_take_turns(db: Session, names: Names) -> None:
    client = TestClient(app)
    with client.websocket_connect("/socket") as socket:
        socket.send_text("a")
        first = socket.receive_text()
        client.post("/commit/b")
        socket.send_text("c")
        second = socket.receive_text()

    assert (first, second) == ("1", "3")
    assert names() == ["a", "b", "c"]


async def test_a_lazy_load_in_an_async_endpoint_fails_as_in_production(
    db: Session, client: httpx.AsyncClient
) -> None:
    db.add(Team(name="a", players=[Player()]))

    found = (await client.get("/lazy/a")).json()

    assert found in ("MissingGreenlet", "StatementError")


async def test_a_request_sees_what_the_async_session_flushed(
    async_db: AsyncSession, client: httpx.AsyncClient, names: Names
) -> None:
    async_db.add(Team(name="a"))
    await async_db.flush()

    assert (await client.get("/stream")).text == "a,"

    async_db.add(Team(name="b"))
    await async_db.commit()
    assert names() == ["a", "b"]
