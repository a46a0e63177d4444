"""`query_counter` counts what the test and its application ask for, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Run = Callable[..., pytest.RunResult]

PRELUDE = """
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from shop.database import SessionLocal
from shop.factories import AuthorFactory, BookFactory
from shop.models import Author

AUTHORS = select(func.count()).select_from(Author)
COPY = "COPY authors (name, country) FROM STDIN"
INSERT = "INSERT INTO authors (name, country) VALUES (%s, 'NL')"
"""

COMMITTED = "pytestmark = pytest.mark.committed_db"

SESSIONS = """
@pytest.mark.parametrize("number", [1, 2])
def test_each_test_begins_at_0(db, query_counter, number):
    assert query_counter() == 0
    db.execute(AUTHORS)
    assert query_counter() == 1

def test_transaction_control_does_not_count(db, query_counter):
    db.execute(AUTHORS)
    with db.begin_nested():
        db.execute(AUTHORS)
    with pytest.raises(ZeroDivisionError), db.begin_nested():
        1 / 0
    db.commit()
    db.rollback()
    assert query_counter() == 2

def test_nor_does_it_as_text(engine, query_counter):
    with engine.connect() as connection:
        for control in ("SAVEPOINT a", "ROLLBACK TO a", "RELEASE a", "COMMIT", "BEGIN", "", ";"):
            connection.exec_driver_sql(control)
    assert query_counter() == 0

def test_a_flush_is_a_statement_for_each_table_and_batch(db, query_counter):
    BookFactory.create_batch(3)
    assert query_counter() == 2
    db.add_all(Author(name=str(n), country="NL") for n in range(2_500))
    db.flush()
    assert query_counter() == 2 + 3

def test_an_expired_object_is_read_by_one(db, query_counter):
    author = AuthorFactory.create()
    db.commit()
    assert author.name
    assert query_counter() == 2

def test_an_update_of_many_rows_is_one(db, query_counter):
    authors = AuthorFactory.create_batch(2)
    before = query_counter()
    db.execute(update(Author), [{"id": author.id, "country": "BE"} for author in authors])
    assert query_counter() - before == 1

def test_a_refused_statement_counts(db, query_counter):
    with pytest.raises(IntegrityError):
        db.execute(insert(Author).values(name=None))
    assert query_counter() == 1

async def test_asynchronous_sessions_count_alike(async_db, query_counter):
    await BookFactory.acreate_batch(3)
    async with async_db.begin_nested():
        await async_db.scalar(AUTHORS)
    rows = await async_db.stream(select(Author.name))
    assert len((await rows.fetchall())) == 3
    await async_db.commit()
    assert query_counter() == 2 + 1 + 1
"""

ENGINES = """
def test_the_set_up_of_an_engine_does_not_count(engine, query_counter):
    own = create_engine(engine.url, pool_pre_ping=True)

    @event.listens_for(own, "connect")
    def set_up(connection, _):
        connection.execute("SET application_name = 'shop'")

    for _ in range(2):
        with own.begin() as connection:
            connection.execute(AUTHORS)
    own.dispose()
    assert query_counter() == 2

def test_what_a_wider_fixture_sends_does_not_count(early, query_counter):
    assert query_counter() == 0

@pytest.fixture(scope="module")
def early(engine):
    with engine.begin() as connection:
        connection.execute(AUTHORS)

def test_a_stream_of_rows_is_one(db, query_counter):
    AuthorFactory.create_batch(5)
    streamed = select(Author.name).execution_options(yield_per=2)
    assert len(list(db.execute(streamed).partitions())) == 3
    assert query_counter() == 1 + 1

def test_the_driver_counts_alike(engine, query_counter):
    raw = engine.raw_connection()
    driver, cursor = raw.driver_connection, raw.cursor()
    cursor.execute("SELECT 1; SELECT 2")
    assert query_counter() == 1
    cursor.executemany(INSERT, [("a",), ("b",)])
    assert query_counter() == 2
    with cursor.copy(COPY) as copy:
        copy.write_row(("c", "NL"))
        copy.write_row(("d", "NL"))
    assert query_counter() == 3
    with driver.cursor("rows") as rows:
        assert rows.execute("SELECT name FROM authors").fetchmany(2) and rows.fetchall()
    assert query_counter() == 4
    with driver.pipeline():
        driver.execute("SELECT 1")
        driver.execute("SELECT 2")
        driver.cursor().executemany(INSERT, [("e",), ("f",)])
    assert query_counter() == 7
    with driver.transaction(), driver.transaction():
        assert list(driver.cursor().stream("SELECT generate_series(1, 5)"))
    assert query_counter() == 8
    raw.close()

async def test_the_asynchronous_driver_counts_alike(async_engine, query_counter):
    async with async_engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        cursor = driver.cursor()
        await cursor.executemany(INSERT, [("a",), ("b",)])
        async with cursor.copy(COPY) as copy:
            await copy.write_row(("c", "NL"))
        async with driver.pipeline():
            await driver.execute("SELECT 1")
            await driver.execute("SELECT 2")
    assert query_counter() == 4
"""

REQUESTS = """
async def test_requests_count(author, client, sync_client, query_counter):
    before = query_counter()
    assert sync_client.post("/authors/second").json() == 2
    assert query_counter() - before == 2
    assert (await client.get("/authors")).json() == 2
    assert query_counter() - before == 3

async def test_background_tasks_count(client, query_counter):
    assert (await client.post("/later/author")).json() is None
    assert query_counter() == 1

def test_threads_count(db, query_counter):
    with ThreadPoolExecutor() as pool, SessionLocal() as session:
        assert pool.submit(session.scalar, AUTHORS).result() == 0
    assert query_counter() == 1

def test_what_lets_transactions_pass_each_other_does_not_count(engine, db, query_counter):
    AuthorFactory.create()
    with engine.begin() as first, engine.begin() as second:
        first.execute(AUTHORS)
        second.execute(AUTHORS)
        first.execute(AUTHORS)
    assert db.scalar(AUTHORS) == 1
    assert query_counter() == 5
"""

BACKGROUND = """
@app.post("/later/{name}")
async def later(name: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(make_later, name)

def make_later(name: str) -> None:
    with SessionLocal() as session:
        session.add(Author(name=name, country="NL"))
        session.commit()
"""


def test_statements_are_counted_exactly(run: Run, shop: Path) -> None:
    app = shop / "shop" / "app.py"
    app.write_text(app.read_text().replace("import FastAPI", "import BackgroundTasks, FastAPI"))
    app.write_text(app.read_text() + BACKGROUND)
    modules = {"test_sessions": SESSIONS, "test_engines": ENGINES, "test_requests": REQUESTS}
    modules |= {f"{name}_committed": COMMITTED + tests for name, tests in modules.items()}

    result = run(**{name: f"{PRELUDE}{tests}" for name, tests in modules.items()})

    result.assert_outcomes(passed=2 * (9 + 5 + 4))
