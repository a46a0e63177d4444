"""Settings of the server: for a transaction, for a connection, for an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from ..models import Team
from ..theme import AsyncDb, Back, Db, Theme
from ..world import failure

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ..world import World

theme = Theme("configuration")
app = theme.app
VALUE = "SELECT coalesce(current_setting('app.tenant', true), '')"


def tenant(session: Session | sa.Connection) -> str | None:
    found: str | None = session.scalar(sa.text(VALUE))
    return found


@app.get("/set-local")
def set_local(db: Db, backend: Back) -> list[str | None]:
    db.execute(sa.text("SET LOCAL app.tenant = 'a'"))
    found = [tenant(db)]
    db.commit()
    found.append(tenant(db))
    with backend.session() as another:
        return [*found, tenant(another)]


@app.get("/async/set-local")
async def async_set_local(db: AsyncDb) -> list[str | None]:
    await db.execute(sa.select(sa.func.set_config("app.tenant", "a", True)))
    found = [await db.scalar(sa.text(VALUE))]
    await db.commit()
    return [*found, await db.scalar(sa.text(VALUE))]


@app.get("/tenants")
def tenants(backend: Back) -> list[str | None]:
    with backend.session() as first, backend.session() as second:
        for name, session in (("a", first), ("b", second)):
            session.execute(sa.select(sa.func.set_config("app.tenant", name, True)))
        return [tenant(first), tenant(second), tenant(first)]


@app.get("/set-local-rolled-back")
def set_local_rolled_back(db: Db) -> list[str | None]:
    db.execute(sa.text("SET LOCAL app.tenant = 'a'"))
    with db.begin_nested() as savepoint:
        db.execute(sa.text("SET LOCAL app.tenant = 'b'"))
        inside = tenant(db)
        savepoint.rollback()
    return [inside, tenant(db)]


@app.get("/set-rolled-back")
def set_rolled_back(db: Db) -> list[str | None]:
    db.execute(sa.text("SET app.tenant = 'a'"))
    found = tenant(db)
    db.rollback()
    return [found, tenant(db)]


@app.get("/set-committed")
def set_committed(db: Db) -> str | None:
    db.execute(sa.text("SET app.tenant = 'a'"))
    db.commit()
    return tenant(db)


@app.get("/set-of-one-connection")
def set_of_one_connection(backend: Back) -> list[str | None]:
    with backend.engine.connect() as first, backend.engine.connect() as second:
        first.execute(sa.text("SET app.tenant = 'a'"))
        first.commit()
        return [tenant(first), tenant(second)]


@app.get("/connect-event")
def connect_event(backend: Back) -> list[str | None]:
    engine = sa.create_engine(backend.url)

    @sa.event.listens_for(engine, "connect")
    def choose(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET timezone = 'Asia/Tokyo'")
        connection.commit()

    with engine.connect() as connection:
        found = connection.scalar(sa.text("SHOW timezone"))
        connection.rollback()
        again = connection.scalar(sa.text("SHOW timezone"))
    engine.dispose()
    return [found, again]


@app.get("/options")
def options(backend: Back) -> str | None:
    engine = sa.create_engine(backend.url, connect_args={"options": "-c app.tenant=c"})
    with engine.connect() as connection:
        found = tenant(connection)
    engine.dispose()
    return found


@app.get("/async/options")
async def async_options(backend: Back) -> str | None:
    engine = create_async_engine(backend.url, connect_args={"options": "-c app.tenant=c"})
    async with engine.connect() as connection:
        found: str | None = await connection.scalar(sa.text(VALUE))
    await engine.dispose()
    return found


@app.get("/two-engines")
def two_engines(backend: Back) -> list[str | None]:
    kinds = [{"options": f"-c app.tenant={name}"} for name in "cd"]
    first, second = (sa.create_engine(backend.url, connect_args=kind) for kind in kinds)
    with first.connect() as one, second.connect() as other, backend.engine.connect() as plain:
        found = [tenant(connection) for connection in (one, other, plain, one)]
    first.dispose()
    second.dispose()
    return found


@app.get("/timeout")
def timeout(db: Db) -> list[str]:
    db.execute(sa.text("SET LOCAL statement_timeout = '5ms'"))
    error = failure(lambda: db.execute(sa.text("SELECT pg_sleep(10)")))
    db.rollback()
    return [error, failure(lambda: db.execute(sa.text("SELECT pg_sleep(0.01)")))]


@app.post("/read-only/{name}")
def read_only(name: str, backend: Back) -> str:
    connection = backend.engine.connect().execution_options(postgresql_readonly=True)
    with connection:
        return failure(lambda: connection.execute(sa.insert(Team).values(name=name)))


@app.post("/read-only-by-text/{name}")
def read_only_by_text(name: str, db: Db) -> list[str]:
    db.execute(sa.text("SET TRANSACTION READ ONLY"))
    error = failure(lambda: db.execute(sa.insert(Team).values(name=name)))
    db.rollback()
    return [error, failure(lambda: db.execute(sa.insert(Team).values(name=name)))]


@app.get("/schema-for-a-transaction")
def schema_for_a_transaction(db: Db) -> list[Any]:
    db.execute(sa.text("SET LOCAL search_path = pg_catalog"))
    found = db.scalar(sa.text("SELECT to_regclass('team')"))
    db.commit()
    return [found, db.scalar(sa.text("SELECT to_regclass('team')::text"))]


@theme.agrees([["a", "", ""], ["a", ""]])
async def a_setting_for_one_transaction(world: World) -> Any:
    return [await world.get("/set-local"), await world.get("/async/set-local")]


@theme.agrees([["b", "a"], ["a", ""]])
async def a_setting_is_rolled_back(world: World) -> Any:
    return [await world.get("/set-local-rolled-back"), await world.get("/set-rolled-back")]


@theme.agrees("a")
async def a_setting_outlives_a_commit(world: World) -> Any:
    return await world.get("/set-committed")


@theme.agrees([["Asia/Tokyo", "Asia/Tokyo"], "c", "c"])
async def settings_of_an_engine(world: World) -> Any:
    return [await world.get(path) for path in ("/connect-event", "/options", "/async/options")]


@theme.agrees(["QueryCanceled", "none"])
async def a_timeout_for_one_transaction(world: World) -> Any:
    return await world.get("/timeout")


@theme.agrees(["ReadOnlySqlTransaction", ["ReadOnlySqlTransaction", "none"], []])
async def a_transaction_that_may_only_read(world: World) -> Any:
    paths = ("/read-only/x", "/read-only-by-text/x")
    return [*[(await world.client.post(path)).json() for path in paths], world.names()]


@theme.agrees([None, "team"])
async def a_schema_for_one_transaction(world: World) -> Any:
    return await world.get("/schema-for-a-transaction")


@theme.agrees(["a", "b", "a"])
async def two_tenants_at_once(world: World) -> Any:
    return await world.get("/tenants")


@theme.differs(separately=["a", ""], pinned=["a", "a"], note=r"\bSET\b")
async def a_setting_of_one_connection(world: World) -> Any:
    return await world.get("/set-of-one-connection")


@theme.agrees(["c", "d", "", "c"])
async def settings_of_two_engines(world: World) -> Any:
    return await world.get("/two-engines")
