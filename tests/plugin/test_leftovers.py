"""What a test leaves does not harm the next, and the run says who left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

MESSES = {
    "a connection": "kept.append(engine.connect())",
    "an aborted transaction": """
        kept.append(engine.connect())
        with pytest.raises(Exception, match="division"):
            kept[-1].execute(text("SELECT 1 / 0"))""",
    "a transaction with uncommitted changes": """
        kept.append(engine.connect())
        kept[-1].execute(text("INSERT INTO authors (name, country) VALUES ('x', 'y')"))""",
    "a connection and the open cursor reading": """
        kept.append(engine.connect())
        kept.append(kept[-1].connection.driver_connection.cursor("reading"))
        kept[-1].execute("SELECT generate_series(1, 9)")""",
    "the setting work_mem": "commit(\"SET work_mem = '64kB'\")",
    "the temporary table left_over": 'commit("CREATE TEMP TABLE left_over (id int)")',
    "the advisory lock (7)": 'commit("SELECT pg_advisory_lock(7)")',
    "the thread late, still running": """
        thread = threading.Thread(target=work, args=[0.5], name="late")
        thread.start()
        used.wait()""",
    "an asynchronous session": """
        session = AsyncSessionLocal()
        kept.append(session)
        await session.execute(text("SELECT 1"))""",
}
MODULE = """
import threading
import time
import pytest
from sqlalchemy import func, select, text
from shop.database import AsyncSessionLocal, engine
from shop.factories import AuthorFactory
from shop.models import Author

kept = []
used = threading.Event()

def commit(statement):
    with engine.begin() as connection:
        connection.execute(text(statement))

def work(seconds):
    commit("SELECT 1")
    used.set()
    time.sleep(seconds)

@pytest.fixture(autouse=True)
def unharmed(db):
    AuthorFactory.create()
    assert db.scalar(select(func.count()).select_from(Author)) == 1
    assert db.scalar(text("SHOW work_mem")) != "64kB"
    assert db.scalar(text("SELECT to_regclass('left_over') IS NULL"))
    assert db.scalar(text("SELECT count(*) FROM pg_cursors WHERE name = 'reading'")) == 0
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert db.scalar(text(locks)) == 0
"""
TESTS = "".join(
    f"\nasync def test_mess_{number}():\n    {code.strip()}\n".replace("\n        ", "\n    ")
    for number, code in enumerate(MESSES.values())
)


def test_each_mess_is_named_and_the_next_test_is_unharmed(run: Run) -> None:
    result = run(
        "-p", "no:unraisableexception", test_messes=f"{MODULE}{TESTS}\ndef test_last(): pass"
    )

    result.assert_outcomes(passed=len(MESSES) + 1, warnings=len(MESSES))
    for number, what in enumerate(MESSES):
        named = "a connection" if "session" in what else what
        result.stdout.fnmatch_lines(
            [f"*test_messes.py::test_mess_{number} left behind: {named.replace('[', '[[]')}*"]
        )


def test_a_thread_of_an_earlier_test_writes_nowhere(run: Run) -> None:
    result = run(
        "-p",
        "no:threadexception",
        test_late="""
        import threading
        import pytest
        from sqlalchemy import func, select
        from sqlalchemy.exc import OperationalError
        from shop.database import SessionLocal
        from shop.models import Author

        go, done, refused = threading.Event(), threading.Event(), []

        def work():
            for _ in range(2):
                go.wait()
                go.clear()
                try:
                    with SessionLocal() as session:
                        session.add(Author(name="late", country="NL"))
                        session.commit()
                except Exception as error:
                    refused.append(str(error))
                done.set()

        def let_it_work():
            done.clear()
            go.set()
            done.wait()

        def count(session):
            return session.scalar(select(func.count()).select_from(Author))

        class TestWhichStartsIt:
            def test_starts(self, db):
                threading.Thread(target=work, name="late").start()

            @classmethod
            def teardown_class(cls):
                let_it_work()  # between tests

        @pytest.mark.committed_db
        def test_in_a_database_of_its_own(db):
            let_it_work()
            assert count(db) == 0

        def test_afterwards(db):
            assert count(db) == 0
            assert ["'late' began has ended" in each for each in refused] == [True, True]
    """,
    )

    result.assert_outcomes(passed=3)


def test_a_tidy_test_that_uses_everything_leaves_nothing(run: Run) -> None:
    result = run(
        "-W",
        "error",
        test_tidy="""
        from sqlalchemy import text
        from shop.factories import AuthorFactory

        async def test_tidy(db, async_db, client, sync_client, engine, query_counter):
            AuthorFactory.create()
            await async_db.execute(text("SELECT 1"))
            await client.post("/authors/x")
            sync_client.post("/authors/y")
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
    """,
    )

    result.assert_outcomes(passed=1)


def test_with_warnings_as_errors_it_is_the_tests_error(run: Run) -> None:
    result = run(
        "-W",
        "error::factoryfloor.errors.LeftBehindWarning",
        test_leaky="""
        from shop.database import engine

        def test_leaky():
            global kept
            kept = engine.connect()
    """,
    )

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["E *test_leaky.py::test_leaky left behind: a connection of *:5"])


def test_the_report_of_a_failed_test_tells_the_limits_it_met(run: Run) -> None:
    result = run(
        test_limits="""
        from sqlalchemy import text
        from shop.database import engine

        def test_that_meets_a_limit():
            with engine.connect() as one, engine.connect() as two:
                one.execute(text("SELECT pg_try_advisory_xact_lock(7)"))
                assert not two.scalar(text("SELECT pg_try_advisory_xact_lock(7)"))
    """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*Captured factoryfloor teardown*", "an advisory lock *; the marker committed_db gives*"]
    )
