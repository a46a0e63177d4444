"""A schema from Alembic's migrations, which may do as they like to the process."""

from __future__ import annotations

import logging
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url

from factoryfloor.errors import SchemaError, SettingsError
from factoryfloor.schema import AlembicSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

INI = """
[alembic]
script_location = migrations
prepend_sys_path = .
sqlalchemy.url = postgresql://nobody@localhost:1/nowhere

[loggers]
keys = root
[handlers]
keys =
[formatters]
keys =
[logger_root]
level = CRITICAL
handlers =
"""

ENV = """
from logging.config import fileConfig
from alembic import context
from sqlalchemy import NullPool, create_engine

print("env.py speaks")
fileConfig(context.config.config_file_name)
engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

FIRST = """
from alembic import op
import sqlalchemy as sa
revision = "aaa1"
down_revision = None
def upgrade():
    op.create_table("vendor", sa.Column("id", sa.Integer, primary_key=True))
"""

SECOND = """
from alembic import op
revision = "bbb2"
down_revision = "aaa1"
def upgrade():
    op.execute("{statement}")
"""


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    """A project with one migration."""
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "aaa1_vendor.py").write_text(FIRST)
    (tmp_path / "migrations" / "env.py").write_text(ENV)
    (tmp_path / "migrations" / "script.py.mako").write_text("")
    (tmp_path / "alembic.ini").write_text(INI)
    return tmp_path / "alembic.ini"


def add_migration(ini: Path, statement: str) -> None:
    source = SECOND.format(statement=statement)
    (ini.parent / "migrations" / "versions" / "bbb2_more.py").write_text(source)


def rows(conninfo: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query).fetchall()


def test_building_runs_every_migration(ini: Path, conninfo: str) -> None:
    add_migration(ini, "INSERT INTO vendor VALUES (41)")

    AlembicSchema(ini).build(conninfo)

    assert rows(conninfo, "SELECT id FROM vendor") == [(41,)]
    assert rows(conninfo, "SELECT version_num FROM alembic_version") == [("bbb2",)]


def test_sequences_are_set_behind_explicit_ids(ini: Path, conninfo: str) -> None:
    add_migration(ini, "INSERT INTO vendor VALUES (41)")

    AlembicSchema(ini).build(conninfo)

    assert rows(conninfo, "INSERT INTO vendor DEFAULT VALUES RETURNING id") == [(42,)]


def test_reference_data_follows_the_migrations(ini: Path, conninfo: str) -> None:
    def load(session: Session) -> None:
        session.connection().exec_driver_sql("INSERT INTO vendor VALUES (5)")

    AlembicSchema(ini, load).build(conninfo)

    assert rows(conninfo, "INSERT INTO vendor DEFAULT VALUES RETURNING id") == [(6,)]


def test_a_password_with_a_percent_sign_arrives(ini: Path, conninfo: str) -> None:
    AlembicSchema(ini).build(f"{conninfo} password='50%'")

    assert rows(conninfo, "SELECT id FROM vendor") == []


@pytest.mark.parametrize(
    "file", ["alembic.ini", "migrations/env.py", "migrations/versions/aaa1_vendor.py"]
)
def test_the_digest_changes_with_each_file(ini: Path, file: str) -> None:
    before = AlembicSchema(ini).digest()
    changed = ini.parent / file

    changed.write_text(f"{changed.read_text()}\n# changed")

    assert AlembicSchema(ini).digest() != before


def test_the_digest_changes_with_a_new_migration_and_the_reference_data(ini: Path) -> None:
    digests = [AlembicSchema(ini).digest(), AlembicSchema(ini, len).digest()]
    add_migration(ini, "SELECT 1")
    digests.append(AlembicSchema(ini).digest())

    assert len(set(digests)) == 3


def test_the_digest_does_not_depend_on_templates_caches_or_the_place(
    ini: Path, conninfo: str, tmp_path: Path
) -> None:
    before = AlembicSchema(ini).digest()
    AlembicSchema(ini).build(conninfo)
    (ini.parent / "migrations" / "script.py.mako").write_text("changed")
    cache = ini.parent / "migrations" / "versions" / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "aaa1_vendor.cpython-311.pyc").write_bytes(b"compiled")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (ini.parent / "migrations").rename(elsewhere / "migrations")
    ini.rename(elsewhere / "alembic.ini")

    assert AlembicSchema(elsewhere / "alembic.ini").digest() == before


def test_logging_output_and_paths_stay_as_they_are(
    ini: Path, conninfo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ini.parent / "migrations" / "env.py"
    path.write_text(
        "import logging\nlogging.root.handlers.clear()\nlogging.root.setLevel(50)\n"
        f"logging.getLogger('of_the_application').disabled = True\n{ENV}"
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


def test_a_migration_that_the_database_refuses_is_named(ini: Path, conninfo: str) -> None:
    add_migration(ini, "SELECT no_such_column")

    with pytest.raises(
        SchemaError, match=r"(?s)bbb2_more.py \(revision bbb2\) failed.*no_such_column"
    ):
        AlembicSchema(ini).build(conninfo)


def test_a_migration_that_is_no_python_is_named(ini: Path, conninfo: str) -> None:
    add_migration(ini, '"')

    with pytest.raises(SchemaError, match=r"bbb2_more.py failed: SyntaxError"):
        AlembicSchema(ini).build(conninfo)


def test_a_migration_without_its_predecessor_is_an_error(ini: Path, conninfo: str) -> None:
    add_migration(ini, "SELECT 1")
    (ini.parent / "migrations" / "versions" / "aaa1_vendor.py").unlink()

    with pytest.raises(SchemaError, match="aaa1"):
        AlembicSchema(ini).build(conninfo)


def test_an_extension_that_the_server_lacks_is_named_with_the_remedy(
    ini: Path, conninfo: str
) -> None:
    add_migration(ini, "CREATE EXTENSION no_such_one")

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
    (ini.parent / "migrations" / "env.py").write_text(ENV.replace(given, repr(elsewhere)))

    with pytest.raises(SchemaError, match=r"env\.py probably connects elsewhere"):
        AlembicSchema(ini).build(conninfo)


def test_a_missing_ini_is_a_mistake_in_the_settings(tmp_path: Path, conninfo: str) -> None:
    with pytest.raises(SettingsError, match=r"there is no .*alembic.ini"):
        AlembicSchema(tmp_path / "alembic.ini").build(conninfo)


def test_without_alembic_the_extra_is_named(
    ini: Path, conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alembic.config", None)

    with pytest.raises(SettingsError, match=r"factoryfloor\[alembic\]"):
        AlembicSchema(ini).digest()
