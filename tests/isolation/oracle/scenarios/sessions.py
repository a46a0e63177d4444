"""Every way to a session or connection that SQLAlchemy has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from ..models import Team
from ..theme import Back, Theme
from ..world import failure

if TYPE_CHECKING:
    from ..world import World

theme = Theme("sessions")
app = theme.app
INSERT = sa.insert(Team)


@app.post("/scoped/{name}")
def scoped(name: str, backend: Back) -> bool:
    registry = scoped_session(backend.session)
    registry.add(Team(name=name))
    same = registry() is registry()
    registry.commit()
    registry.remove()
    return same


@app.post("/async/scoped/{name}")
async def async_scoped(name: str, backend: Back) -> None:
    registry = async_scoped_session(backend.async_session, scopefunc=lambda: name)
    registry.add(Team(name=name))
    await registry.commit()
    await registry.remove()


@app.post("/session-of-engine/{name}")
def session_of_engine(name: str, backend: Back) -> None:
    with Session(backend.engine) as session, session.begin():
        session.add(Team(name=name))


@app.post("/sessionmaker-begin/{name}")
def sessionmaker_begin(name: str, backend: Back) -> None:
    with backend.session.begin() as session:
        session.add(Team(name=name))


@app.post("/async/sessionmaker-begin/{name}")
async def async_sessionmaker_begin(name: str, backend: Back) -> None:
    async with backend.async_session.begin() as session:
        session.add(Team(name=name))


@app.post("/engine-begin/{name}")
def engine_begin(name: str, backend: Back) -> None:
    with backend.engine.begin() as connection:
        connection.execute(INSERT, {"name": name})


@app.post("/async/engine-begin/{name}")
async def async_engine_begin(name: str, backend: Back) -> None:
    async with backend.async_engine.begin() as connection:
        await connection.execute(INSERT, {"name": name})


@app.post("/connection-commits/{name}")
def connection_commits(name: str, backend: Back) -> None:
    with backend.engine.connect() as connection:
        connection.execute(INSERT, {"name": name})
        connection.commit()
        connection.execute(INSERT, {"name": f"{name} forgotten"})


@app.post("/session-on-connection/{name}")
def session_on_connection(name: str, backend: Back) -> None:
    mode: Any = {"join_transaction_mode": "create_savepoint"}
    with backend.engine.begin() as connection, Session(connection, **mode) as session:
        session.add(Team(name=name))
        session.commit()
        session.add(Team(name=f"{name} rolled back"))
        session.rollback()


@app.post("/run-sync/{name}")
async def run_sync(name: str, backend: Back) -> None:
    def work(session: Session) -> None:
        session.add(Team(name=name))
        session.commit()

    async with AsyncSession(backend.async_engine) as session:
        await session.run_sync(work)


@app.post("/keeps-objects/{name}")
def keeps_objects(name: str, backend: Back) -> list[str]:
    with Session(backend.engine, expire_on_commit=False) as session:
        team = Team(name=name)
        session.add(team)
        session.commit()
        with backend.engine.begin() as connection:
            connection.execute(sa.update(Team).values(name=f"{name} changed"))
        kept = team.name
        session.refresh(team)
        return [kept, team.name]


@app.post("/bulk/{name}")
def bulk(name: str, backend: Back) -> list[str]:
    rows = [{"name": f"{name}{number}"} for number in range(3)]
    with backend.session.begin() as session:
        return list(
            session.scalars(INSERT.returning(Team.name, sort_by_parameter_order=True), rows)
        )


@app.post("/events/{name}")
def events(name: str, backend: Back) -> list[str]:
    heard: list[str] = []
    factory = sessionmaker(backend.engine)
    for event in ("after_begin", "before_commit", "after_commit", "after_rollback"):
        sa.event.listen(factory, event, lambda *_args, event=event: heard.append(event))
    with factory() as session:
        session.add(Team(name=name))
        session.flush()
        session.commit()
        failure(lambda: session.execute(sa.text("SELECT 1 / 0")))
        session.rollback()
    return heard


@app.post("/outbox/{name}")
def outbox(name: str, backend: Back) -> None:
    with backend.session() as session:
        sa.event.listen(session, "after_commit", lambda _: backend.save(f"{name} announced"))
        session.add(Team(name=name))
        session.commit()


@app.post("/routed/{name}/{end}")
def routed(name: str, end: str, backend: Back) -> None:
    writer, reader = sa.create_engine(backend.url), backend.engine

    class Routed(Session):
        def get_bind(self, *_args: Any, **_kwargs: Any) -> sa.Engine:
            return writer if self._flushing else reader

    with Routed() as session:
        session.scalars(sa.select(Team)).all()
        session.add(Team(name=name))
        session.flush()
        getattr(session, end)()
    writer.dispose()


@theme.agrees([[200], ["x", "x announced"]])
async def an_event_saves_something_after_the_commit(world: World) -> Any:
    return [await world.post("/outbox/x"), world.names()]


@theme.agrees([[200, 200], ["x"]])
async def a_session_reads_and_writes_on_two_engines(world: World) -> Any:
    return [await world.post("/routed/x/commit", "/routed/y/rollback"), world.names()]


@theme.agrees([True, ["x"]])
async def a_scoped_session(world: World) -> Any:
    return [(await world.client.post("/scoped/x")).json(), world.names()]


@theme.agrees([[200] * 4, ["a", "b", "c", "d"]])
async def sessions_of_the_engine_and_the_sessionmaker(world: World) -> Any:
    kinds = ("session-of-engine", "sessionmaker-begin", "async/sessionmaker-begin", "async/scoped")
    paths = [f"/{kind}/{name}" for kind, name in zip(kinds, "abcd", strict=True)]
    return [await world.post(*paths), world.names()]


@theme.agrees([[200] * 3, ["a", "b", "c"]])
async def connections_of_the_engine(world: World) -> Any:
    codes = await world.post("/engine-begin/a", "/async/engine-begin/b", "/connection-commits/c")
    return [codes, world.names()]


@theme.agrees([[200], ["x"]])
async def a_session_on_a_connection(world: World) -> Any:
    return [await world.post("/session-on-connection/x"), world.names()]


@theme.agrees([[200], ["x"]])
async def sync_code_on_an_async_session(world: World) -> Any:
    return [await world.post("/run-sync/x"), world.names()]


@theme.agrees([["x", "x changed"], ["x changed"]])
async def a_session_that_keeps_its_objects(world: World) -> Any:
    return [(await world.client.post("/keeps-objects/x")).json(), world.names()]


@theme.agrees([["x0", "x1", "x2"], ["x0", "x1", "x2"]])
async def many_rows_in_one_statement(world: World) -> Any:
    return [(await world.client.post("/bulk/x")).json(), world.names()]


@theme.agrees(["after_begin", "before_commit", "after_commit", "after_begin", "after_rollback"])
async def the_events_of_a_session(world: World) -> Any:
    return (await world.client.post("/events/x")).json()


@theme.agrees([["x"], ["x"]])
def two_sessions_of_the_test_itself(world: World) -> Any:
    with world.backend.session() as first, world.backend.session() as second:
        first.add(Team(name="x"))
        first.commit()
        seen = list(second.scalars(sa.select(Team.name)))
        second.add(Team(name="y"))
        second.flush()
        second.rollback()
    return [seen, world.names()]
