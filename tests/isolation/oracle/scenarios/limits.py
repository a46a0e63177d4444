"""What PostgreSQL ties to a transaction of its own or to a connection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa

from ..models import Team, User
from ..theme import AsyncDb, Back, Db, Theme
from ..world import failure

if TYPE_CHECKING:
    from ..world import World

theme = Theme("limits")
app = theme.app
NOW = sa.text("SELECT now()")
COUNT = sa.select(sa.func.count()).select_from(Team)


@app.get("/level")
def level(db: Db) -> Any:
    db.connection(execution_options={"isolation_level": "SERIALIZABLE"})
    return db.scalar(sa.text("SHOW transaction_isolation"))


@app.get("/level-by-text")
def level_by_text(db: Db) -> Any:
    db.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    return db.scalar(sa.text("SHOW transaction_isolation"))


@app.get("/snapshot")
def snapshot(backend: Back) -> list[int | None]:
    repeatable = backend.engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection:
        before = connection.scalar(COUNT)
        backend.save("meanwhile")
        return [before, connection.scalar(COUNT)]


@app.get("/write-skew")
def write_skew(backend: Back) -> str:
    engine = backend.engine.execution_options(isolation_level="SERIALIZABLE")
    with engine.connect() as first, engine.connect() as second:
        first.scalar(COUNT)
        second.scalar(COUNT)
        first.execute(sa.insert(Team).values(name="a"))
        first.commit()
        return failure(lambda: second.execute(sa.insert(Team).values(name="b")))


@app.get("/clock")
def clock(db: Db) -> bool:
    before = db.scalar(NOW)
    db.commit()
    after = db.scalar(NOW)
    return bool(before < after)


@app.get("/async/clock")
async def async_clock(db: AsyncDb) -> bool:
    before = await db.scalar(NOW)
    await db.commit()
    return bool(before < await db.scalar(NOW))


@app.get("/clocks-that-move")
def clocks_that_move(db: Db) -> list[bool]:
    found = []
    for function in ("clock_timestamp", "statement_timestamp"):
        before = db.scalar(sa.text(f"SELECT {function}()"))
        db.commit()
        found.append(bool(before < db.scalar(sa.text(f"SELECT {function}()"))))
    return found


@app.get("/transaction-ids")
def transaction_ids(db: Db) -> bool:
    current = sa.text("SELECT pg_current_xact_id()::text")
    before = db.scalar(current)
    db.commit()
    return bool(before != db.scalar(current))


@app.get("/connection-ids")
def connection_ids(backend: Back) -> bool:
    current = sa.text("SELECT pg_backend_pid()")
    with backend.engine.connect() as first, backend.engine.connect() as second:
        return bool(first.scalar(current) != second.scalar(current))


@app.get("/notifications")
def notifications(backend: Back) -> list[str]:
    with backend.engine.connect() as listening:
        driver = listening.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        heard: list[str] = []
        driver.add_notify_handler(lambda notification: heard.append(notification.payload))
        driver.execute("LISTEN news")
        driver.commit()
        with backend.engine.begin() as connection:
            connection.execute(sa.text("NOTIFY news, 'hello'"))
        driver.execute("UNLISTEN news")
        driver.commit()
        return heard


@app.get("/temporary/{end}")
def temporary(end: str, db: Db) -> str | None:
    db.execute(sa.text(f"CREATE TEMPORARY TABLE brief ON COMMIT {end} AS SELECT 1 AS n"))
    db.commit()
    there = db.scalar(sa.text("SELECT to_regclass('brief')::text"))
    found = f"{db.scalar(sa.text('SELECT count(*) FROM brief'))} rows" if there else "no table"
    db.execute(sa.text("DROP TABLE IF EXISTS brief"))
    db.commit()
    return found


@app.get("/temporary-of-one-connection")
def temporary_of_one_connection(backend: Back) -> str | None:
    with backend.engine.connect() as first, backend.engine.connect() as second:
        first.execute(sa.text("CREATE TEMPORARY TABLE mine (n int)"))
        first.commit()
        found: str | None = second.scalar(sa.text("SELECT to_regclass('mine')::text"))
        second.rollback()
        first.execute(sa.text("DROP TABLE mine"))
        first.commit()
        return found


@theme.differs(
    separately=["serializable", "repeatable read"],
    pinned=["read committed", "read committed"],
    note="isolation level",
)
async def the_isolation_level_of_a_transaction(world: World) -> Any:
    return [await world.get("/level"), await world.get("/level-by-text")]


@theme.differs(separately=[0, 0], pinned=[0, 1], note="isolation level")
async def a_transaction_that_sees_one_snapshot(world: World) -> Any:
    return await world.get("/snapshot")


@theme.differs(separately="SerializationFailure", pinned="none", note="isolation level")
async def transactions_that_cannot_be_serialized(world: World) -> Any:
    return await world.get("/write-skew")


@theme.differs(separately=[True, True], pinned=[False, False], note=r"now\(\)")
async def the_clock_of_a_transaction(world: World) -> Any:
    return [await world.get("/clock"), await world.get("/async/clock")]


@theme.differs(separately=True, pinned=False, note=r"now\(\)")
def a_column_that_defaults_to_the_clock(world: World) -> Any:
    made = []
    for name in ("a", "b"):
        with world.backend.session.begin() as session:
            session.add(user := User(name=name))
            session.flush()
            made.append(user.created)
    return made[0] < made[1]


@theme.agrees([True, True])
async def other_clocks(world: World) -> Any:
    return await world.get("/clocks-that-move")


@theme.differs(separately=True, pinned=False, note="transaction id|now")
async def the_id_of_a_transaction(world: World) -> Any:
    return await world.get("/transaction-ids")


@theme.differs(separately=True, pinned=False, note="pg_backend_pid")
async def the_id_of_a_connection(world: World) -> Any:
    return await world.get("/connection-ids")


@theme.differs(separately=["hello"], pinned=[], note="NOTIFY")
async def a_notification(world: World) -> Any:
    return await world.get("/notifications")


@theme.differs(separately=["no table", "0 rows"], pinned=["1 rows", "1 rows"], note="ON COMMIT")
async def a_temporary_table_for_one_transaction(world: World) -> Any:
    return [await world.get(f"/temporary/{end}") for end in ("DROP", "DELETE ROWS")]


@theme.agrees("1 rows")
async def a_temporary_table_that_outlives_a_commit(world: World) -> Any:
    return await world.get("/temporary/PRESERVE ROWS")


@theme.differs(separately=None, pinned="mine", note="temporary table")
async def a_temporary_table_of_one_connection(world: World) -> Any:
    return await world.get("/temporary-of-one-connection")
