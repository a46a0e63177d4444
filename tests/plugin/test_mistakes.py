"""What is wrong with the setting is one clear error, and leaves nothing behind."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., pytest.RunResult]

USES_DATABASE = "def test_it(db):\n    db.connection()\n"
USES_NO_FIXTURE = (
    "from shop.factories import AuthorFactory\ndef test_it():\n    AuthorFactory.create()\n"
)


def assert_usage_error(result: pytest.RunResult, *lines: str) -> None:
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: factoryfloor: {lines[0]}", *lines[1:]])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("database =", "databse =", "*unknown key 'databse'; did you mean 'database'*"),
        ("shop.models:Base", "shop.models:Bse", "*shop.models has no 'Bse'; did you mean 'Base'*"),
        ("shop.factories", "shop.factory", "*there is no module 'shop.factory'*pythonpath*"),
        ("shop.app:app", "shop.app:application", "*app = *shop.app has no 'application'*"),
        ("shop.database:SessionLocal", "shop.models:Base", "*sessionmaker = *is none of*"),
        ("{database_url}", "{url}", "*environment.SHOP_DATABASE*known are {database_url}*"),
    ],
)
def test_a_mistake_in_the_table(run: Run, shop: Path, old: str, new: str, message: str) -> None:
    table = shop / "pyproject.toml"
    table.write_text(table.read_text().replace(old, new))

    assert_usage_error(run(test_it=USES_DATABASE), message)


def test_a_factory_module_that_cannot_be_imported(run: Run, shop: Path) -> None:
    (shop / "shop" / "factories.py").write_text("import factroy")

    assert_usage_error(
        run(test_it=USES_DATABASE), "*ModuleNotFoundError: No module named 'factroy' (*py:1)"
    )


@pytest.mark.parametrize("test", [USES_DATABASE, USES_NO_FIXTURE])
def test_no_server_at_the_url(run: Run, monkeypatch: pytest.MonkeyPatch, test: str) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/shop_test")

    assert_usage_error(run(test_it=test), "*127.0.0.1*TEST_DATABASE_URL*")


def test_no_server_at_the_url_with_workers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/shop_test")

    result = run("-n", "2", test_it=USES_DATABASE)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["ERROR: factoryfloor: *TEST_DATABASE_URL*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_no_programs_where_the_binaries_should_be(run: Run, shop: Path, no_choice: None) -> None:
    table = shop / "pyproject.toml"
    table.write_text(table.read_text().replace("\nbase", '\npostgres_binaries = "nowhere"\nbase'))

    assert_usage_error(run(test_it=USES_DATABASE), "*nowhere*")


def test_a_run_without_the_database_starts_no_server(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/shop_test")

    run(test_it="def test_it():\n    pass\n").assert_outcomes(passed=1)
    assert run("--collect-only", test_it=USES_DATABASE).ret == 0


def test_a_database_of_somebody_elses_is_refused_untouched(
    run: Run, monkeypatch: pytest.MonkeyPatch, admin: psycopg.Connection, url: str
) -> None:
    plain = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as theirs:
        theirs.execute("CREATE TABLE treasures (id int)")
        theirs.execute("INSERT INTO treasures VALUES (1)")
    monkeypatch.setenv("TEST_DATABASE_URL", url)

    assert_usage_error(run(test_it=USES_DATABASE), "*treasures*")
    with psycopg.connect(plain) as theirs:
        assert theirs.execute("SELECT id FROM treasures").fetchall() == [(1,)]


def test_nothing_is_made_beside_a_database_that_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, runtime: Path
) -> None:
    server = EmbeddedServer(idle_timeout=60)
    server.ensure()
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE treasures (id int)")
        before = connection.execute("SELECT datname FROM pg_database").fetchall()
        monkeypatch.setenv("TEST_DATABASE_URL", server.address.url("postgres"))

        for options in ((), ("-n", "2")):
            result = run(*options, test_it=USES_DATABASE)
            assert result.ret != 0
            assert "'postgres'" in result.stdout.str() + result.stderr.str()

        assert connection.execute("SELECT datname FROM pg_database").fetchall() == before
    server.stop()


@pytest.mark.parametrize("workers", ["0", "2"])
def test_factories_are_checked_before_any_worker_starts(run: Run, shop: Path, workers: str) -> None:
    table = shop / "pyproject.toml"
    table.write_text(f'{table.read_text()}\n[tool.factoryfloor.fixture_names]\nNopeFactory = "n"')

    assert_usage_error(
        run("-n", workers, test_it="def test_it(): pass"),
        "*fixture_names has 'NopeFactory'*known are AuthorFactory, BookFactory.",
    )


def test_an_empty_database_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", url)

    run(test_it=USES_DATABASE).assert_outcomes(passed=1)
    run(test_it=USES_DATABASE).assert_outcomes(passed=1)


def test_a_role_that_may_not_create_databases(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    admin: psycopg.Connection,
    server: EmbeddedServer,
) -> None:
    admin.execute("CREATE ROLE shop_weak LOGIN")
    before = admin.execute("SELECT datname FROM pg_database WHERE datname ~ 'weak'").fetchall()
    address = dataclasses.replace(server.address, user="shop_weak")
    monkeypatch.setenv("TEST_DATABASE_URL", address.url("weak_test"))

    try:
        assert_usage_error(run(test_it=USES_DATABASE), "*ALTER ROLE*shop_weak*CREATEDB*")
    finally:
        admin.execute("DROP ROLE shop_weak")
    after = admin.execute("SELECT datname FROM pg_database WHERE datname ~ 'weak'").fetchall()
    assert before == after == []


def test_a_db_fixture_that_cannot_join_is_named(run: Run) -> None:
    result = run(
        conftest="""
            import pytest
            from sqlalchemy import create_engine
            from sqlalchemy.orm import Session

            @pytest.fixture
            def db():
                with Session(create_engine("sqlite://")) as session:
                    yield session
        """,
        test_it=USES_NO_FIXTURE,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*FixtureConflictError*conftest.py:5 is on sqlite+pysqlite*"])


def test_a_db_fixture_that_joins_serves_the_factories(run: Run) -> None:
    result = run(
        conftest="""
            import pytest
            from shop.database import SessionLocal

            @pytest.fixture
            def db():
                with SessionLocal() as session:
                    yield session
        """,
        test_it="""
            from shop.factories import AuthorFactory

            def test_it(db, sync_client):
                assert AuthorFactory.create() in db
                db.commit()
                assert sync_client.get("/authors").json() == 1

            def test_is_rolled_back(sync_client):
                assert sync_client.get("/authors").json() == 0
        """,
    )

    result.assert_outcomes(passed=2)
