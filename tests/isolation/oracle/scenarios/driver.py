"""The driver's own ways: raw connections, COPY, blocks, pipelines, cursors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from ..theme import Back, Theme
from ..world import failure

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ..world import World

theme = Theme("driver")
app = theme.app
INSERT = "INSERT INTO team (name) VALUES (%s)"
COPY = "COPY team (name) FROM STDIN"


def driver_of(connection: sa.Connection) -> psycopg.Connection[Any]:
    found = connection.connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


@app.post("/raw/{name}")
def raw(name: str, backend: Back) -> None:
    connection = backend.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute(INSERT, [name])
    connection.commit()
    cursor.execute(INSERT, [f"{name} forgotten"])
    connection.close()


@app.post("/copy/{name}")
def copy(name: str, backend: Back) -> list[str]:
    with backend.engine.begin() as connection:
        cursor = driver_of(connection).cursor()
        with cursor.copy(COPY) as rows:
            for number in range(3):
                rows.write_row([f"{name}{number}"])
        with cursor.copy("COPY (SELECT name FROM team ORDER BY name) TO STDOUT") as rows:
            return [row[0] for row in rows.rows()]


@app.post("/async/copy/{name}")
async def async_copy(name: str, backend: Back) -> None:
    async with backend.async_engine.begin() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, psycopg.AsyncConnection)
        async with driver.cursor().copy(COPY) as rows:
            await rows.write_row([name])


@app.post("/copy-fails/{name}")
def copy_fails(name: str, backend: Back) -> str:
    def fill() -> None:
        with (
            backend.engine.begin() as connection,
            driver_of(connection).cursor().copy(COPY) as rows,
        ):
            rows.write_row([name])
            raise ZeroDivisionError

    return failure(fill)


@app.post("/blocks/{name}")
def blocks(name: str, backend: Back) -> None:
    with backend.engine.connect() as connection:
        driver = driver_of(connection)
        with driver.transaction():
            driver.execute(INSERT, [name])
            with driver.transaction(force_rollback=True):
                driver.execute(INSERT, [f"{name} inside"])
        failure(lambda: _fail_in_block(driver, f"{name} failed"))


def _fail_in_block(driver: psycopg.Connection[Any], name: str) -> None:
    with driver.transaction():
        driver.execute(INSERT, [name])
        raise ZeroDivisionError


@app.post("/async/blocks/{name}")
async def async_blocks(name: str, backend: Back) -> None:
    async with backend.async_engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, psycopg.AsyncConnection)
        async with driver.transaction():
            await driver.execute(INSERT, [name])
            async with driver.transaction(force_rollback=True):
                await driver.execute(INSERT, [f"{name} inside"])


@app.post("/statuses/{name}")
def statuses(name: str, backend: Back) -> list[str]:
    with backend.engine.connect() as connection:
        driver = driver_of(connection)
        found = [driver.info.transaction_status.name]
        driver.execute(INSERT, [name])
        found.append(driver.info.transaction_status.name)
        failure(lambda: driver.execute(INSERT, [name]))
        found.append(driver.info.transaction_status.name)
        driver.rollback()
        return [*found, driver.info.transaction_status.name]


@app.post("/autocommit/{name}")
def autocommit(name: str, backend: Back) -> list[str]:
    with backend.engine.connect() as connection:
        driver = driver_of(connection)
        driver.autocommit = True
        driver.execute(INSERT, [name])
        error = failure(lambda: driver.execute(INSERT, [name]))
        driver.rollback()
        status = driver.info.transaction_status.name
        driver.autocommit = False
        return [error, status]


@app.post("/pipeline/{name}")
def pipeline(name: str, backend: Back) -> None:
    with backend.engine.begin() as connection:
        driver = driver_of(connection)
        driver.execute("SELECT 1")
        with driver.pipeline():
            for number in range(3):
                driver.execute(INSERT, [f"{name}{number}"])


@app.post("/many/{name}")
def many(name: str, backend: Back) -> int:
    with backend.engine.begin() as connection, driver_of(connection).cursor() as cursor:
        cursor.executemany(INSERT, [(f"{name}{number}",) for number in range(3)])
        return cursor.rowcount


@app.get("/composed")
def composed(backend: Back) -> list[Any]:
    with backend.engine.connect() as connection:
        cursor = driver_of(connection).cursor(binary=True)
        cursor.execute(
            sql.SQL("SELECT {}::int AS {}").format(sql.Placeholder(), sql.Identifier("n")), [7]
        )
        return [
            cursor.description and cursor.description[0].name,
            cursor.fetchone(),
            cursor.rowcount,
        ]


@app.get("/prepared")
def prepared(backend: Back) -> list[Any]:
    with backend.engine.connect() as connection:
        driver = driver_of(connection)
        found = [driver.execute("SELECT %s::int", [n], prepare=True).fetchone() for n in range(3)]
        driver.rollback()
        return [*found, driver.execute("SELECT %s::int", [3], prepare=True).fetchone()]


@theme.agrees([[200], ["x"]])
async def a_raw_connection(world: World) -> Any:
    return [await world.post("/raw/x"), world.names()]


@theme.agrees([["x0", "x1", "x2"], [200], ["x0", "x1", "x2", "y"]])
async def copy_in_and_out(world: World) -> Any:
    found = (await world.client.post("/copy/x")).json()
    return [found, await world.post("/async/copy/y"), world.names()]


@theme.agrees(["ZeroDivisionError", [200], ["y"]])
async def a_copy_that_is_broken_off(world: World) -> Any:
    error = (await world.client.post("/copy-fails/x")).json()
    return [error, await world.post("/commit/y"), world.names()]


@theme.agrees([[200, 200], ["x", "y"]])
async def blocks_of_the_driver(world: World) -> Any:
    return [await world.post("/blocks/x", "/async/blocks/y"), world.names()]


@theme.agrees([["IDLE", "INTRANS", "INERROR", "IDLE"], []])
async def the_status_of_the_transaction(world: World) -> Any:
    return [(await world.client.post("/statuses/x")).json(), world.names()]


@theme.agrees([["UniqueViolation", "IDLE"], ["x"]])
async def autocommit_of_the_driver(world: World) -> Any:
    return [(await world.client.post("/autocommit/x")).json(), world.names()]


@theme.agrees([[200], ["x0", "x1", "x2"]])
async def a_pipeline(world: World) -> Any:
    return [await world.post("/pipeline/x"), world.names()]


@theme.agrees([3, ["x0", "x1", "x2"]])
async def a_statement_for_many_rows(world: World) -> Any:
    return [(await world.client.post("/many/x")).json(), world.names()]


@theme.agrees([["n", [7], 1], [[0], [1], [2], [3]]])
async def composed_binary_and_prepared_statements(world: World) -> Any:
    return [await world.get("/composed"), await world.get("/prepared")]
