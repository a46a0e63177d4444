"""Requests of an application that takes its sessions from its engines, without overrides."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError, MissingGreenlet, StatementError
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    scoped_session,
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
Scoped = scoped_session(LocalSession)
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


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    async with async_engine.begin() as connection:
        await connection.execute(sa.insert(Team).values(name="lifespan"))
    yield
    await async_engine.dispose()


def get_db() -> Iterator[Session]:
    with LocalSession() as session:
        yield session


async def get_async_db() -> AsyncIterator[AsyncSession]:
    async with AsyncLocalSession() as session:
        yield session


Db = Annotated[Session, Depends(get_db)]
AsyncDb = Annotated[AsyncSession, Depends(get_async_db)]
app = FastAPI(lifespan=lifespan)
mounted = FastAPI()
app.mount("/mounted", mounted)


def background(name: str) -> None:
    with LocalSession() as session, session.begin():
        session.add(Team(name=f"{name} in background"))


@app.post("/commit/{name}")
@mounted.post("/commit/{name}")
def commit(name: str, db: Db) -> None:
    db.add(Team(name=name))
    db.commit()


@app.post("/forget/{name}")
def forget(name: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()


@app.post("/unique/{name}")
def unique(name: str, db: Db) -> None:
    db.add(Team(name=name))
    try:
        db.commit()
    except IntegrityError as error:
        raise HTTPException(409) from error


@app.post("/audit/{name}/{end}")
@mounted.post("/audit/{name}/{end}")
def audit(name: str, end: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()
    with engine.begin() as connection:
        connection.execute(sa.insert(Team).values(name=f"{name} audited"))
    getattr(db, end)()


@app.post("/direct/{name}")
def direct(name: str) -> None:
    with Session(engine) as session, session.begin():
        session.add(Team(name=f"{name} 1"))
    with engine.begin() as connection:
        connection.execute(sa.insert(Team).values(name=f"{name} 2"))
    raw = engine.raw_connection()
    raw.cursor().execute("INSERT INTO team (name) VALUES (%s)", (f"{name} 3",))
    raw.commit()
    raw.close()
    Scoped.add(Team(name=f"{name} 4"))
    Scoped.commit()
    Scoped.remove()


@app.post("/background/{name}")
def in_background(name: str, db: Db, tasks: BackgroundTasks) -> None:
    db.add(Team(name=name))
    db.flush()  # FastAPI may run the task before the session is closed
    tasks.add_task(background, name)
    db.commit()


@app.post("/thread/{name}")
def in_thread(name: str, db: Db) -> None:
    db.scalars(sa.select(Team)).all()
    thread = threading.Thread(target=background, args=(name,))
    thread.start()
    thread.join()


@app.get("/count")
def count(db: Db) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(Team)) or 0)


@app.post("/rename/{old}/{new}")
def rename(old: str, new: str, db: Db) -> None:
    db.scalars(sa.select(Team).where(Team.name == old)).one().name = new
    db.commit()


@app.get("/stream")
def stream(db: Db) -> StreamingResponse:
    names = sa.select(Team.name).order_by(Team.id).execution_options(yield_per=2)
    return StreamingResponse(name + "," for name in db.scalars(names))


@app.get("/async/stream")
async def async_stream(db: AsyncDb) -> StreamingResponse:
    names = sa.select(Team.name).order_by(Team.id).execution_options(yield_per=2)
    found = await db.stream_scalars(names)

    async def lines() -> AsyncIterator[str]:
        async for name in found:
            yield name + ","

    return StreamingResponse(lines())


@app.post("/async/commit/{name}")
async def async_commit(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.commit()


@app.post("/async/forget/{name}")
async def async_forget(name: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()


@app.post("/async/audit/{name}/{end}")
async def async_audit(name: str, end: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    async with async_engine.begin() as connection:
        await connection.execute(sa.insert(Team).values(name=f"{name} audited"))
    await getattr(db, end)()


@app.post("/async/slow/{name}/{end}")
async def async_slow(name: str, end: str, db: AsyncDb) -> None:
    db.add(Team(name=name))
    await db.flush()
    await asyncio.sleep(0.02)
    await getattr(db, end)()


@app.post("/slow/{name}/{end}")
def slow(name: str, end: str, db: Db) -> None:
    db.add(Team(name=name))
    db.flush()
    time.sleep(0.02)
    getattr(db, end)()


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


@app.get("/async/lazy/{name}")
async def async_lazy(name: str, db: AsyncDb) -> str:
    team = (await db.scalars(sa.select(Team).where(Team.name == name))).one()
    try:
        return str(len(team.players))
    except (MissingGreenlet, StatementError) as error:
        return type(error).__name__


meeting: dict[str, asyncio.Event] = {}


@app.post("/async/meet/{me}/{other}")
async def async_meet(me: str, other: str, db: AsyncDb) -> None:
    await db.scalars(sa.select(Team))
    meeting.setdefault(me, asyncio.Event()).set()
    await meeting.setdefault(other, asyncio.Event()).wait()
    db.add(Team(name=me))
    await db.commit()


@app.websocket("/socket")
async def socket(socket: WebSocket, db: AsyncDb) -> None:
    await socket.accept()
    async for name in socket.iter_text():
        db.add(Team(name=name))
        await db.commit()
        total = await db.scalar(sa.select(sa.func.count()).select_from(Team))
        await socket.send_text(str(total))


@pytest.fixture
def client(db: Session) -> TestClient:
    """A client that runs the application in a thread of its own."""
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
async def async_client(db: Session) -> AsyncIterator[httpx.AsyncClient]:
    """A client that runs the application on the test's loop."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def test_each_request_has_a_session_of_its_own(
    db: Session, client: TestClient, names: Names
) -> None:
    db.add(Team(name="mine"))
    for path in ("/commit/a", "/async/commit/b", "/forget/c", "/async/forget/d"):
        assert client.post(path).status_code == 200

    assert names() == ["a", "b", "mine"]


def test_every_way_to_the_engine_joins(client: TestClient, names: Names) -> None:
    client.post("/direct/x")

    assert names() == ["x 1", "x 2", "x 3", "x 4"]


def test_a_refused_commit_leaves_the_tests_rows(
    db: Session, client: TestClient, names: Names
) -> None:
    db.add(Team(name="a"))

    refused = client.post("/unique/a").status_code
    crashed = client.post("/commit/a").status_code
    fine = client.post("/commit/b").status_code

    assert (refused, crashed, fine) == (409, 500, 200)
    assert names() == ["a", "b"]


def test_the_test_reads_what_a_request_wrote(db: Session, client: TestClient) -> None:
    team = Team(name="old")
    db.add(team)

    client.post("/rename/old/new")

    assert team.name == "new"


@pytest.mark.parametrize("prefix", ["", "/async", "/mounted"])
def test_a_second_transaction_of_a_request_runs_inside_the_first(
    client: TestClient, names: Names, pinned: PinnedConnection, prefix: str
) -> None:
    client.post(f"{prefix}/audit/x/commit")

    assert names() == ["x", "x audited"]
    assert pinned.notes == []


@pytest.mark.parametrize("prefix", ["", "/async"])
def test_what_it_committed_is_undone_with_the_first_and_noted(
    client: TestClient, names: Names, pinned: PinnedConnection, prefix: str
) -> None:
    client.post(f"{prefix}/audit/x/rollback")

    assert names() == []
    path = f"POST {prefix}/audit/x/rollback"
    (note,) = pinned.notes
    assert note.startswith(f"a transaction of {path} was rolled back, and undid what")


def test_background_tasks_and_threads_join(client: TestClient, names: Names) -> None:
    client.post("/background/a")
    client.post("/thread/b")

    assert names() == ["a", "a in background", "b in background"]


def test_the_lifespan_joins(client: TestClient, names: Names) -> None:
    with client:
        client.post("/async/commit/a")

    assert names() == ["a", "lifespan"]


def test_a_websocket_and_requests_take_turns(client: TestClient, names: Names) -> None:
    with client.websocket_connect("/socket") as socket:
        socket.send_text("a")
        first = socket.receive_text()
        client.post("/commit/b")
        socket.send_text("c")
        second = socket.receive_text()

    assert (first, second) == ("1", "3")
    assert names() == ["a", "b", "c"]


def test_responses_stream(db: Session, client: TestClient) -> None:
    db.add_all(Team(name=str(number)) for number in range(5))

    assert client.get("/stream").text == "0,1,2,3,4,"
    assert client.get("/async/stream").text == "0,1,2,3,4,"


async def test_a_lazy_load_in_an_async_endpoint_fails_as_in_production(
    db: Session, async_client: httpx.AsyncClient
) -> None:
    db.add(Team(name="a", players=[Player()]))

    found = (await async_client.get("/async/lazy/a")).json()

    assert found in ("MissingGreenlet", "StatementError")


async def test_a_request_sees_what_the_async_session_flushed(
    async_db: AsyncSession, async_client: httpx.AsyncClient, names: Names
) -> None:
    team = Team(name="a")
    async_db.add(team)
    await async_db.flush()

    for path in ("/rename/a/b", "/async/commit/c"):
        assert (await async_client.post(path)).status_code == 200
    assert (await async_client.get("/count")).json() == 2

    async_db.add(Team(name="d"))
    await async_db.commit()
    assert names() == ["b", "c", "d"]


async def test_requests_at_once_wait_for_each_other(
    async_client: httpx.AsyncClient, names: Names, pinned: PinnedConnection
) -> None:
    paths = ("/async/slow/a/commit", "/slow/b/commit", "/async/slow/c/rollback", "/slow/d/rollback")

    found = await asyncio.gather(*(async_client.post(path) for path in paths))

    assert {response.status_code for response in found} == {200}
    assert names() == ["a", "b"]
    assert pinned.notes == []


async def test_many_requests_at_once_lose_nothing(
    async_client: httpx.AsyncClient, names: Names, pinned: PinnedConnection
) -> None:
    paths = [
        f"{kind}/{kind.strip('/').replace('/', '-')}{number}{end}"
        for number in range(10)
        for kind, end in (
            ("/commit", ""),
            ("/forget", ""),
            ("/async/commit", ""),
            ("/async/forget", ""),
            ("/audit", "/commit"),
            ("/async/audit", "/commit"),
        )
    ]

    found = await asyncio.gather(*(async_client.post(path) for path in paths))

    assert {response.status_code for response in found} == {200}
    assert len(names()) == 10 * (1 + 1 + 2 + 2)
    assert pinned.notes == []


async def test_requests_that_wait_for_each_other_while_reading_get_on(
    async_client: httpx.AsyncClient, names: Names
) -> None:
    meeting.clear()

    await asyncio.gather(async_client.post("/async/meet/a/b"), async_client.post("/async/meet/b/a"))

    assert names() == ["a", "b"]


async def test_a_cancelled_request_is_rolled_back(
    async_client: httpx.AsyncClient, names: Names
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await async_client.post("/async/hang/a")

    assert (await async_client.post("/commit/b")).status_code == 200
    assert names() == ["b"]


async def test_a_task_that_outlives_its_request_joins(
    async_client: httpx.AsyncClient, names: Names
) -> None:
    await async_client.post("/async/task/a")
    await app.state.task

    assert names() == ["a", "a in task"]


async def test_a_task_that_outlives_its_test_is_refused(
    async_client: httpx.AsyncClient, names: Names, pinned: PinnedConnection
) -> None:
    await async_client.post("/async/task/a")
    pinned.end_test()
    pinned.begin_test()

    with pytest.raises(sa.exc.OperationalError, match="POST /async/task/a began has ended"):
        await app.state.task

    assert names() == []


async def test_the_tests_session_works_while_a_request_runs(
    db: Session, async_client: httpx.AsyncClient, names: Names
) -> None:
    task = asyncio.create_task(async_client.post("/async/slow/a/commit"))
    await asyncio.sleep(0.01)
    db.add(Team(name="mine"))
    db.commit()

    assert (await task).status_code == 200
    assert names() == ["a", "mine"]


def test_a_thread_that_outlives_its_test_is_refused(
    client: TestClient, names: Names, pinned: PinnedConnection
) -> None:
    written, ended = threading.Event(), threading.Event()
    errors: list[Any] = []

    def work() -> None:
        try:
            with LocalSession() as session, session.begin():
                session.add(Team(name="early"))
                session.flush()
                written.set()
                ended.wait()
                session.add(Team(name="late"))
        except sa.exc.OperationalError as error:
            errors.append(str(error.orig))

    thread = threading.Thread(target=work)
    thread.start()
    written.wait()
    left = pinned.end_test()
    pinned.begin_test()
    ended.set()
    thread.join()

    assert left == [f"a transaction of {thread.name}"]
    assert errors == ["the test in which this transaction began has ended"]
    assert names() == []


def test_one_that_stays_idle_with_changes_is_not_waited_for_forever(
    client: TestClient, names: Names, pinned: PinnedConnection
) -> None:
    with engine.connect() as forgotten:
        forgotten.execute(sa.insert(Team).values(name="forgotten"))

        assert client.post("/commit/a").status_code == 200

        forgotten.commit()
    assert names() == ["a", "forgotten"]


def test_a_long_statement_of_a_thread_is_cancelled_at_the_tests_end(
    pinned: PinnedConnection,
) -> None:
    errors: list[str] = []
    started = threading.Event()

    def work() -> None:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            started.set()
            try:
                connection.execute(sa.text("SELECT pg_sleep(60)"))
            except sa.exc.OperationalError as error:
                errors.append(type(error.orig).__name__)

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    time.sleep(0.05)
    pinned.end_test()
    pinned.begin_test()
    thread.join()

    assert errors == ["QueryCanceled"]
