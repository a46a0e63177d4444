"""A project with migrations, and a look into the database that they made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


@pytest.fixture
def add_migration(ini: Path) -> Callable[[str], None]:
    """Adds a second migration, which executes this statement."""

    def add_migration(statement: str) -> None:
        source = SECOND.format(statement=statement)
        (ini.parent / "migrations" / "versions" / "bbb2_more.py").write_text(source)

    return add_migration


@pytest.fixture
def rows(conninfo: str) -> Callable[[str], list[tuple[object, ...]]]:
    """The result of a query in the test's database."""

    def rows(query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(conninfo) as connection:
            return connection.execute(query).fetchall()

    return rows
