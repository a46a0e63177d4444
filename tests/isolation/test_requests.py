"""Requests of an application that takes its sessions from its engines, without overrides."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import pytest
import sqlalchemy as sa
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    scoped_session,
    sessionmaker,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]

NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"
engine = sa.create_engine(NOWHERE, pool_size=50, pool_pre_ping=True)
LocalSession = sessionmaker(engine)
Scoped = scoped_session(LocalSession)


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    with engine.begin() as connection:
        connection.execute(sa.insert(Team).values(name="lifespan"))
    yield


def get_db() -> Iterator[Session]:
    with LocalSession() as session:
        yield session


Db = Annotated[Session, Depends(get_db)]
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


@app.post("/rename/{old}/{new}")
def rename(old: str, new: str, db: Db) -> None:
    db.scalars(sa.select(Team).where(Team.name == old)).one().name = new
    db.commit()


@app.get("/stream")
def stream(db: Db) -> StreamingResponse:
    names = sa.select(Team.name).order_by(Team.id).execution_options(yield_per=2)
    return StreamingResponse(name + "," for name in db.scalars(names))


@pytest.fixture
def client(db: Session) -> TestClient:
    """A client that runs the application in a thread of its own."""
    return TestClient(app, raise_server_exceptions=False)


def test_each_request_has_a_session_of_its_own(
    db: Session, client: TestClient, names: Names
) -> None:
    db.add(Team(name="mine"))
    for path in ("/commit/a", "/commit/b", "/forget/c"):
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


@pytest.mark.parametrize("prefix", ["", "/mounted"])
def test_a_second_transaction_of_a_request_runs_inside_the_first(
    client: TestClient, names: Names, pinned: PinnedConnection, prefix: str
) -> None:
    client.post(f"{prefix}/audit/x/commit")

    assert names() == ["x", "x audited"]
    assert pinned.notes == []


def test_what_it_committed_is_undone_with_the_first_and_noted(
    client: TestClient, names: Names, pinned: PinnedConnection
) -> None:
    client.post("/audit/x/rollback")

    assert names() == []
    path = "POST /audit/x/rollback"
    (note,) = pinned.notes
    assert note.startswith(f"a transaction of {path} was rolled back, and undid what")


def test_a_mounted_application_serves_the_same_request(
    db: Session, names: Names, pinned: PinnedConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Audited:
        def __init__(self, app: Any) -> None:
            self.inner = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            with engine.begin() as connection:
                connection.execute(sa.insert(Team).values(name="audit"))
                await self.inner(scope, receive, send)

    monkeypatch.setattr(pinned.turns, "patience", float("inf"))
    outer = FastAPI()
    outer.add_middleware(Audited)
    outer.mount("/inner", app)
    TestClient(outer).post("/inner/commit/a")

    assert names() == ["a", "audit"]


def test_background_tasks_and_threads_join(client: TestClient, names: Names) -> None:
    client.post("/background/a")
    client.post("/thread/b")

    assert names() == ["a", "a in background", "b in background"]


def test_the_lifespan_joins(client: TestClient, names: Names) -> None:
    with client:
        client.post("/commit/a")

    assert names() == ["a", "lifespan"]


def test_responses_stream(db: Session, client: TestClient) -> None:
    db.add_all(Team(name=str(number)) for number in range(5))

    assert client.get("/stream").text == "0,1,2,3,4,"
