"""Shared data in tests that begin late, stand elsewhere, or lose their transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Run = Callable[..., pytest.RunResult]

HEAD = """
    import os, signal, time
    import pytest
    from sqlalchemy import func, inspect, select, text
    from factoryfloor import shared
    from shop.database import SessionLocal, engine as shop_engine
    from shop.factories import AuthorFactory, BookFactory
    from shop.models import Author

    made = []

    @shared(scope="session")
    def ann():
        made.append("ann")
        return AuthorFactory.create(name="Ann")

    @shared(scope="module")
    def book(ann):
        made.append("book")
        return BookFactory.create(author=ann)

    def count():
        with SessionLocal() as session:
            return session.scalar(select(func.count()).select_from(Author))
"""

LATE = """
    def test_asked_for_late(request, db, sync_client):
        AuthorFactory.create()
        late = request.getfixturevalue("book")
        assert inspect(late).session is db and late.author.name == "Ann"
        assert sync_client.get("/authors").json() == 2
        assert made == ["ann", "book"]

    def test_it_was_made_for_that_test_alone(db):
        assert count() == 0

    def test_in_time(book):
        assert made == ["ann", "book"] * 2

    def test_late_where_it_is_there_already(request, db):
        AuthorFactory.create()
        assert request.getfixturevalue("book").author is request.getfixturevalue("ann")
        assert made == ["ann", "book"] * 2

    @pytest.mark.committed_db
    def test_in_a_copy(book, db):
        assert book.author.name == "Ann" and made == ["ann", "book"] * 3
        db.commit()
        with SessionLocal() as one, SessionLocal() as two:
            one.get(Author, book.author_id).name = "new"
            one.commit()
            assert two.scalar(select(Author.name)) == "new"

    def test_after_the_copy(book, db):
        assert book.author.name == "Ann" and made == ["ann", "book"] * 3
"""


def test_late_and_in_a_copy(run: Run) -> None:
    result = run("-W", "error", test_late=HEAD + LATE)

    result.assert_outcomes(passed=6)


OUTSIDE = """
    def test_first(book):
        assert made == ["ann", "book"]

    @pytest.fixture(scope="class")
    def committed(engine):
        with engine.begin() as connection:
            connection.execute(text("SET lock_timeout = '2s'"))
            connection.execute(text("TRUNCATE authors CASCADE"))
            connection.execute(text("INSERT INTO authors VALUES (99, 'committed', 'NL')"))
        yield
        with engine.begin() as connection:
            connection.execute(text("SET lock_timeout = '2s'"))
            connection.execute(text("DELETE FROM authors"))

    @pytest.mark.usefixtures("committed")
    class TestCommitted:
        def test_a_fixture_that_commits_does_not_wait(self, book):
            assert count() == 2 and made == ["ann", "book"] * 2

        def test_its_rows_stay(self, book):
            assert count() == 2 and made == ["ann", "book"] * 2

    def test_last(book):
        assert count() == 1 and made == ["ann", "book"] * 3
"""


def test_what_commits_outside_of_tests_does_not_wait_for_it(run: Run) -> None:
    result = run("-W", "error", test_outside=HEAD + OUTSIDE)

    result.assert_outcomes(passed=4)


ESCAPES = """
    def test_first(book):
        assert count() == 1

    def test_that_escapes(book, engine):
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO authors VALUES (98, 'x', 'NL'); COMMIT"))

    def test_it_is_made_anew(book):
        assert count() == 1 and made == ["ann", "book"] * 2

    @shared(scope="module")
    def escaping(ann):
        with shop_engine.connect() as connection:
            connection.execute(text("INSERT INTO authors VALUES (97, 'x', 'NL'); COMMIT"))

    def test_a_maker_that_escapes(escaping):
        pass

    def test_after_it(book, db):
        assert count() == 1 and made == ["ann", "book"] * 3
"""


def test_an_escape_has_it_made_anew(run: Run) -> None:
    result = run(test_escapes=HEAD + ESCAPES)

    result.assert_outcomes(passed=4, errors=1)


LOST = """
    from factoryfloor.plugin.stash import floor_of

    def end(process, *others):
        os.kill(process, signal.SIGKILL)
        for each in (process, *others):
            wait_for(each)

    def wait_for(process):
        for _ in range(500):
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)

    def test_first(book, db):
        assert count() == 1

    def test_in_which_it_is_lost(book, request, db):
        backend = db.scalar(text("SELECT pg_backend_pid()"))
        end(floor_of(request).server.status().server, backend)

    def test_it_is_made_anew(book, db):
        assert count() == 1 and made == ["ann", "book"] * 2

    def test_a_connection_is_ended(book, engine):
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    def test_after_it(book, db):
        assert count() == 1 and made == ["ann", "book"] * 3
"""


def test_a_lost_server_has_it_made_anew(
    run_unchecked: Run, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORYFLOOR_RUNTIME_DIR", str(runtime))

    result = run_unchecked(test_lost=HEAD + LOST)
    EmbeddedServer().stop()

    result.assert_outcomes(passed=4, failed=1)


def test_deferred_constraints_are_checked_when_it_is_made(run: Run, shop: Path) -> None:
    models = shop / "shop" / "models.py"
    deferred = 'ForeignKey("authors.id", deferrable=True, initially="DEFERRED")'
    models.write_text(models.read_text().replace('ForeignKey("authors.id")', deferred))
    broken = """
    @shared(scope="module")
    def orphan(db):
        db.execute(text("INSERT INTO books VALUES (1, 'x', 77)"))

    def test_broken(orphan):
        pass

    def test_whole(book, ann):
        assert book.author is ann
    """

    result = run(test_deferred=HEAD + broken)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*orphan (*) could not be made: *foreign key*"])


def test_setup_plan_makes_nothing(run: Run) -> None:
    result = run("--setup-plan", test_plan=HEAD + "\n    def test_it(book): assert False\n")

    result.stdout.fnmatch_lines(["*SETUP    F ann*", "*SETUP    F book*"])
    result.assert_outcomes()
