"""Transactions that are controlled by text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..theme import Back, Theme
from ..world import failures

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ..world import World

theme = Theme("control")
app = theme.app


@app.post("/texts")
def texts(statements: list[str], backend: Back) -> list[str]:
    with backend.engine.connect() as connection:
        return run(connection, statements)


@app.post("/texts/autocommit")
def texts_in_autocommit_mode(statements: list[str], backend: Back) -> list[str]:
    with backend.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return run(connection, statements)


def run(connection: sa.Connection, statements: list[str]) -> list[str]:
    return failures(connection.exec_driver_sql, *statements)


def insert(name: str) -> str:
    return f"INSERT INTO team (name) VALUES ('{name}')"


async def sent(world: World, *statements: str, to: str = "/texts") -> Any:
    errors = (await world.client.post(to, json=statements)).json()
    return [[each for each in errors if each != "none"], world.names()]


@theme.agrees([[], ["x"]])
async def a_textual_commit(world: World) -> Any:
    return await sent(world, insert("x"), "COMMIT", insert("y"))


@theme.agrees([[], ["y"]])
async def a_textual_rollback(world: World) -> Any:
    return await sent(world, insert("x"), "ROLLBACK", insert("y"), "commit")


@theme.agrees([[], ["a", "c"]])
async def textual_savepoints(world: World) -> Any:
    inner = ("SAVEPOINT s", insert("b"), "ROLLBACK TO SAVEPOINT s", insert("c"), "RELEASE s")
    return await sent(world, insert("a"), *inner, "COMMIT")


@theme.agrees([["InvalidSavepointSpecification", "InFailedSqlTransaction"], []])
async def a_savepoint_that_does_not_exist(world: World) -> Any:
    return await sent(world, insert("a"), "ROLLBACK TO SAVEPOINT s", insert("b"), "ROLLBACK")


@theme.agrees([["UniqueViolation", "InFailedSqlTransaction"], ["y"]])
async def a_failed_transaction_is_committed_by_text(world: World) -> Any:
    texts = (insert("x"), insert("x"), insert("z"), "COMMIT", insert("y"), "COMMIT")
    return await sent(world, *texts)


@theme.agrees([[], ["a", "c"]])
async def textual_begin_in_autocommit_mode(world: World) -> Any:
    block = ("BEGIN", insert("b"), "ROLLBACK", "BEGIN", insert("c"), "COMMIT")
    return await sent(world, insert("a"), *block, to="/texts/autocommit")


@theme.agrees([[], ["a", "b"]])
async def several_statements_in_one_text(world: World) -> Any:
    return await sent(world, f"{insert('a')}; {insert('b')}", "COMMIT")


@theme.agrees([["UniqueViolation"], []])
async def one_of_several_statements_in_one_text_fails(world: World) -> Any:
    return await sent(world, f"{insert('a')}; {insert('a')}", to="/texts/autocommit")


@theme.agrees([[], ["x"]])
async def comments_and_case_do_not_matter(world: World) -> Any:
    return await sent(world, insert("x"), "/* now */ cOmMiT -- it\n;", insert("y"))


@theme.agrees([[], ["a", "b"]])
async def a_commit_chains(world: World) -> Any:
    return await sent(world, insert("a"), "COMMIT AND CHAIN", insert("b"), "COMMIT")


@theme.agrees([[], ["a"]])
async def a_block_of_the_servers_language(world: World) -> Any:
    caught = "BEGIN INSERT INTO team (name) VALUES ('a'); EXCEPTION WHEN unique_violation THEN END"
    return await sent(world, f"DO $$ {caught} $$", f"DO $$ {caught} $$", "COMMIT")
