"""A test marked `committed_db` stands on a database of its own, where commits are real."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

COMMITTED = """
    import asyncio
    import threading
    import pytest
    from sqlalchemy import func, select, text
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.orm import Session
    from shop.database import AsyncSessionLocal, SessionLocal, async_engine, engine as own_engine
    from shop.factories import AuthorFactory
    from shop.models import Author

    pytestmark = pytest.mark.committed_db

    def rename(session, name):
        session.execute(text("UPDATE authors SET name = :name"), {"name": name})

    def test_it_is_the_same_engine(db, engine):
        assert engine is own_engine
        assert db.get_bind() is engine

    def test_two_sessions_see_only_what_the_other_has_committed(db):
        author = AuthorFactory.create(name="old")
        with SessionLocal() as one, SessionLocal() as two:
            rename(one, "new")
            seen_before = two.get(Author, author.id).name
            one.commit()
            two.rollback()
            seen_after = two.get(Author, author.id).name
        assert (seen_before, seen_after) == ("old", "new")

    def test_a_row_lock_keeps_the_session_of_another_thread_waiting(db):
        AuthorFactory.create()
        db.commit()
        waits, order = threading.Event(), []

        def other():
            with SessionLocal() as session:
                session.execute(text("SET lock_timeout = '10s'"))
                waits.set()
                rename(session, "second")
                order.append("second")
                session.commit()

        with SessionLocal() as session:
            rename(session, "first")
            thread = threading.Thread(target=other)
            thread.start()
            waits.wait()
            thread.join(timeout=0.2)
            order.append("first")
            session.commit()
        thread.join()
        assert order == ["first", "second"]
        assert db.scalar(select(Author.name)) == "second"

    def test_a_lock_conflict_is_an_error(db):
        AuthorFactory.create()
        lock = select(Author).with_for_update(nowait=True)
        with SessionLocal() as one, SessionLocal() as two:
            one.scalars(lock).all()
            with pytest.raises(DBAPIError, match="could not obtain lock"):
                two.scalars(lock)

    def test_time_moves_between_transactions(db):
        before = db.scalar(select(func.now()))
        db.commit()
        assert db.scalar(select(func.now())) > before

    def test_a_notification_arrives(engine):
        with engine.connect() as one, engine.connect() as two:
            one.execute(text("LISTEN news"))
            one.commit()
            two.execute(text("NOTIFY news, 'hello'"))
            two.commit()
            found = next(one.connection.driver_connection.notifies())
        assert found.payload == "hello"

    def test_what_runs_outside_of_transactions_runs(engine):
        autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
        with autocommit.connect() as connection:
            connection.execute(text("VACUUM authors"))
            connection.execute(text("CREATE INDEX CONCURRENTLY later ON authors (name)"))

    def test_another_sees_what_it_made_although_it_has_given_its_connection_back(db):
        numbers = []
        for name in ("one", "two"):
            db.add(Author(name=name, country="NL"))
            with SessionLocal() as session:
                numbers.append(session.scalar(select(func.count()).select_from(Author)))
        assert numbers == [1, 2]

    @pytest.mark.parametrize("block", ["transaction", "begin"])
    def test_a_block_of_the_driver_sees_it_too(db, engine, block):
        AuthorFactory.create()
        raw = engine.raw_connection()
        if block == "begin":
            raw.driver_connection.execute("BEGIN")
            found = raw.driver_connection.execute("SELECT count(*) FROM authors").fetchone()
        else:
            with raw.driver_connection.transaction():
                found = raw.driver_connection.execute("SELECT count(*) FROM authors").fetchone()
        raw.close()
        assert found == (1,)

    async def test_asynchronous_code_at_once_sees_what_the_test_flushed(async_db):
        await AuthorFactory.acreate()

        async def count():
            async with AsyncSessionLocal() as session:
                return await session.scalar(select(func.count()).select_from(Author))

        assert await asyncio.gather(count(), count(), count()) == [1, 1, 1]

    def test_a_request_sees_what_the_test_made(db, sync_client):
        author = AuthorFactory.create()
        assert sync_client.post("/authors/x").json() == 2
        assert db.scalar(select(func.count()).select_from(Author)) == 2
        assert author.name == "Author 1"

    async def test_an_asynchronous_request_sees_what_the_test_flushed(async_db, client):
        await AuthorFactory.acreate()
        assert (await client.get("/authors")).json() == 1
        assert (await client.post("/authors/x")).json() == 2

    def test_statements_count_without_transaction_control(db, engine, query_counter):
        with engine.begin() as connection, connection.begin_nested():
            connection.execute(text("SELECT 1"))
            connection.connection.cursor().executemany("SELECT %s", [(1,), (2,)])
            with connection.connection.cursor().copy("COPY authors TO STDOUT") as copy:
                list(copy)
        assert query_counter() == 3

    async def test_asynchronous_statements_count_too(async_db, query_counter):
        async with async_engine.begin() as connection:
            await connection.execute(text("SELECT 1"))
        await async_db.execute(text("SELECT 1"))
        assert query_counter() == 2

    @pytest.mark.parametrize("time", [1, 2])
    def test_it_begins_empty_with_sequences_at_one(db, time):
        author = AuthorFactory.create()
        db.commit()
        assert author.id == 1

    class TestMarkedAsAClass:
        def test_a_session_of_ones_own_commits(self, engine):
            with Session(engine) as session:
                session.add(Author(name="x", country="NL"))
                session.commit()
            with engine.connect() as connection:
                assert connection.scalar(text("SELECT count(*) FROM authors")) == 1
"""

OTHERS = """
    from sqlalchemy import func, select
    from shop.factories import AuthorFactory
    from shop.models import Author

    def test_others_still_share_a_transaction(db, sync_client):
        AuthorFactory.create()
        assert sync_client.get("/authors").json() == 1

    def test_and_see_nothing_of_it(db):
        assert db.scalar(select(func.count()).select_from(Author)) == 0
"""


def test_commits_are_real_and_nothing_is_left(run: Run) -> None:
    result = run("-W", "error", test_committed=COMMITTED, test_others=OTHERS)

    result.assert_outcomes(passed=20)


def test_in_any_order_on_workers(run: Run) -> None:
    result = run("-n", "2", "-p", "randomly", test_committed=COMMITTED, test_others=OTHERS)

    result.assert_outcomes(passed=20)


def test_a_database_of_a_killed_run_is_dropped_by_the_next(
    run_unchecked: Run, databases: Callable[[], set[str]]
) -> None:
    killed = """
        import os, signal
        import pytest

        @pytest.mark.committed_db
        def test_killed(db):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    run_unchecked(test_killed=killed)
    left = databases()

    run_unchecked("test_others.py", test_others=OTHERS)

    assert any("_committed" in name for name in left)
    assert databases() == set()


def test_a_connection_that_is_not_given_back_is_named(run: Run) -> None:
    result = run(
        test_leaky="""
        import pytest
        from shop.database import engine

        @pytest.mark.committed_db
        def test_leaky():
            global kept
            kept = engine.connect()
    """
    )

    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*test_leaky.py::test_leaky left behind: a connection of Main*:7"])
