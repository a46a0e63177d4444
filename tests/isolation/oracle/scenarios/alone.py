"""What cannot be part of a transaction, or ends it, or ends the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa

from ..models import Team
from ..theme import Back, Theme
from ..world import failure

if TYPE_CHECKING:
    from ..world import World

theme = Theme("alone")
app = theme.app
COUNT = sa.select(sa.func.count()).select_from(Team)


@app.post("/alone")
def alone(statement: str, backend: Back) -> str:
    with backend.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return failure(lambda: connection.execute(sa.text(statement)))


@app.post("/two-phase")
def two_phase(backend: Back) -> str:
    with backend.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return failure(lambda: driver.tpc_begin(driver.xid(1, "x", "y")))


@app.post("/several/{last}")
def several(last: str, backend: Back) -> str:
    with backend.engine.connect() as connection:
        text = f"INSERT INTO team (name) VALUES ('x'); {last}; SELECT 1"
        return failure(lambda: (connection.exec_driver_sql(text), connection.scalar(COUNT)))


@app.post("/terminated/{name}")
def terminated(name: str, backend: Back) -> str:
    with backend.engine.connect() as connection:
        connection.execute(sa.insert(Team).values(name="lost"))
        end = sa.text("SELECT pg_terminate_backend(pg_backend_pid())")
        return failure(lambda: connection.execute(end))


@app.post("/new-mood")
def new_mood(backend: Back) -> str:
    with backend.engine.begin() as connection:
        connection.execute(sa.text("ALTER TYPE mood ADD VALUE 'calm'"))
    with backend.engine.begin() as connection:
        return failure(lambda: connection.execute(sa.text("SELECT 'calm'::mood")))


@theme.differs(
    separately=["none", "none", "InvalidCatalogName"],
    pinned=["ActiveSqlTransaction"] * 3,
    note="outside of a transaction",
)
async def statements_outside_of_a_transaction(world: World) -> Any:
    statements = (
        "VACUUM team",
        "CREATE INDEX CONCURRENTLY team_names ON team (name)",
        "DROP DATABASE nowhere",
    )
    found = []
    for statement in statements:
        answer = await world.client.post("/alone", params={"statement": statement})
        found.append(answer.json())
    return found


@theme.differs(separately="none", pinned="IsolationError")
async def a_commit_in_two_phases(world: World) -> Any:
    return (await world.client.post("/two-phase")).json()


@theme.differs(separately=["none", ["x"]], pinned="EscapedTransactionError")
async def a_commit_amid_one_text(world: World) -> Any:
    return await several_answer(world, "COMMIT")


@theme.differs(separately=["none", []], pinned="EscapedTransactionError")
async def a_rollback_amid_one_text(world: World) -> Any:
    return await several_answer(world, "ROLLBACK")


async def several_answer(world: World, last: str) -> list[Any]:
    error = (await world.client.post(f"/several/{last}")).json()
    return [error, failure(world.names) if error == "IsolationError" else world.names()]


@theme.differs(separately="none", pinned="ActiveSqlTransaction", note="outside of a transaction")
async def a_connection_is_reset(world: World) -> Any:
    answer = await world.client.post("/alone", params={"statement": "DISCARD ALL"})
    return answer.json()


@theme.differs(separately="none", pinned="UnsafeNewEnumValueUsage", note="ADD VALUE|enum")
async def a_value_is_added_to_an_enumeration(world: World) -> Any:
    return (await world.client.post("/new-mood")).json()


@theme.differs(separately=[[200], ["x"]], pinned=[[500], "OperationalError"])
async def the_server_ends_a_connection(world: World) -> Any:
    assert (await world.client.post("/terminated/x")).json() != "none"
    codes = await world.post("/commit/x")
    return [codes, failure(world.names) if 500 in codes else world.names()]
