"""A schema from Alembic's migrations, which may do as they like to the process."""

from __future__ import annotations

import logging
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from factoryfloor.errors import SchemaError, SettingsError
from factoryfloor.schema import AlembicSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg
    from sqlalchemy.orm import Session

    Rows = Callable[[str], list[tuple[object, ...]]]
    Add = Callable[[str], None]


def test_building_runs_every_migration(
    ini: Path, conninfo: str, rows: Rows, add_migration: Add
) -> None:
    add_migration("INSERT INTO vendor VALUES (41)")

    AlembicSchema(ini).build(conninfo)

    assert rows("SELECT id FROM vendor") == [(41,)]
    assert rows("SELECT version_num FROM alembic_version") == [("bbb2",)]


def test_sequences_are_set_behind_explicit_ids(
    ini: Path, conninfo: str, rows: Rows, add_migration: Add
) -> None:
    add_migration("INSERT INTO vendor VALUES (41)")

    AlembicSchema(ini).build(conninfo)

    assert rows("INSERT INTO vendor DEFAULT VALUES RETURNING id") == [(42,)]


def test_reference_data_follows_the_migrations(ini: Path, conninfo: str, rows: Rows) -> None:
    def load(session: Session) -> None:
        session.connection().exec_driver_sql("INSERT INTO vendor VALUES (5)")

    AlembicSchema(ini, load).build(conninfo)

    assert rows("INSERT INTO vendor DEFAULT VALUES RETURNING id") == [(6,)]


def test_a_password_with_a_percent_sign_arrives(ini: Path, conninfo: str, rows: Rows) -> None:
    AlembicSchema(ini).build(f"{conninfo} password='50%'")

    assert rows("SELECT id FROM vendor") == []


def test_logging_output_and_paths_stay_as_they_are(
    ini: Path, conninfo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    env = ini.parent / "migrations" / "env.py"
    env.write_text(
        "import logging\nlogging.root.handlers.clear()\nlogging.root.setLevel(50)\n"
        f"logging.getLogger('of_the_application').disabled = True\n{env.read_text()}"
    )
    logger = logging.getLogger("of_the_application")
    before = (logging.root.level, list(logging.root.handlers), list(sys.path), Path.cwd())

    AlembicSchema(ini).build(conninfo)

    after = (logging.root.level, list(logging.root.handlers), list(sys.path), Path.cwd())
    assert after == before
    assert not logger.disabled
    assert capsys.readouterr().out == ""


def test_a_file_handler_stays_open_through_file_config(
    ini: Path, conninfo: str, tmp_path: Path
) -> None:
    handler = logging.FileHandler(tmp_path / "log", mode="w")
    logging.root.addHandler(handler)

    AlembicSchema(ini).build(conninfo)
    logging.getLogger("of_the_application").error("still heard")

    logging.root.removeHandler(handler)
    handler.close()
    assert (tmp_path / "log").read_text() == "still heard\n"


def test_a_migration_that_the_database_refuses_is_named(
    ini: Path, conninfo: str, add_migration: Add
) -> None:
    add_migration("SELECT no_such_column")

    with pytest.raises(
        SchemaError, match=r"(?s)bbb2_more.py \(revision bbb2\) failed.*no_such_column"
    ):
        AlembicSchema(ini).build(conninfo)


def test_a_migration_that_is_no_python_is_named(
    ini: Path, conninfo: str, add_migration: Add
) -> None:
    add_migration('"')

    with pytest.raises(SchemaError, match=r"bbb2_more.py failed: SyntaxError"):
        AlembicSchema(ini).build(conninfo)


def test_a_migration_without_its_predecessor_is_an_error(
    ini: Path, conninfo: str, add_migration: Add
) -> None:
    add_migration("SELECT 1")
    (ini.parent / "migrations" / "versions" / "aaa1_vendor.py").unlink()

    with pytest.raises(SchemaError, match="aaa1"):
        AlembicSchema(ini).build(conninfo)


def test_an_extension_that_the_server_lacks_is_named_with_the_remedy(
    ini: Path, conninfo: str, add_migration: Add
) -> None:
    add_migration("CREATE EXTENSION no_such_one")

    with pytest.raises(SchemaError, match=r"(?s)bbb2_more.py.*'no_such_one'.*postgres_binaries"):
        AlembicSchema(ini).build(conninfo)


@pytest.fixture
def elsewhere(admin: psycopg.Connection, url: str) -> Iterator[str]:
    """The URL of a database that is not the one to build in."""
    name = f"elsewhere_{uuid.uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {name}")
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_an_env_that_connects_elsewhere_is_found_out(
    ini: Path, conninfo: str, elsewhere: str
) -> None:
    given = 'context.config.get_main_option("sqlalchemy.url")'
    env = ini.parent / "migrations" / "env.py"
    env.write_text(env.read_text().replace(given, repr(elsewhere)))

    with pytest.raises(SchemaError, match=r"env\.py probably connects elsewhere"):
        AlembicSchema(ini).build(conninfo)


def test_a_missing_ini_is_a_mistake_in_the_settings(tmp_path: Path, conninfo: str) -> None:
    with pytest.raises(SettingsError, match=r"there is no .*alembic.ini"):
        AlembicSchema(tmp_path / "alembic.ini").build(conninfo)


def test_without_alembic_the_extra_is_named(ini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "alembic.config", None)

    with pytest.raises(SettingsError, match=r"factoryfloor\[alembic\]"):
        AlembicSchema(ini).digest()
