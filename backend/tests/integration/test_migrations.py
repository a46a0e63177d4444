"""The migrations and the models describe one schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

import app.models  # noqa: F401 - so that Base knows every table
from app.database import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.integration

BACKEND = Path(__file__).parents[2]

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision,
           numeric_scale, is_nullable, column_default, is_identity, identity_generation,
           col_description(table_name::regclass, ordinal_position)
    FROM information_schema.columns WHERE table_schema = current_schema()
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'
"""
INDEXES = """
    SELECT tablename, indexname, replace(indexdef, current_schema() || '.', '')
    FROM pg_indexes WHERE schemaname = current_schema()
"""


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    # never committed, so the schemas that the tests make are gone with it
    with engine.connect() as connection:
        yield connection


def test_migrations_build_the_models_schema_with_every_constraint(connection: Connection) -> None:
    enter_empty_schema(connection, "by_models")
    Base.metadata.create_all(connection)
    models = described(connection)

    enter_empty_schema(connection, "by_migrations")
    command.upgrade(alembic_on(connection), "head")

    assert described(connection) == models
    assert {name for name, *_ in models} == set(Base.metadata.tables)


def test_autogenerate_finds_nothing_left_to_do(connection: Connection) -> None:
    enter_empty_schema(connection, "by_migrations")
    command.upgrade(alembic_on(connection), "head")

    context = MigrationContext.configure(connection, opts={"compare_server_default": True})

    assert compare_metadata(context, Base.metadata) == []


def test_downgrade_removes_all_that_upgrade_made(connection: Connection) -> None:
    enter_empty_schema(connection, "by_migrations")
    command.upgrade(alembic_on(connection), "head")
    made = inspect(connection).get_table_names()

    command.downgrade(alembic_on(connection), "base")

    assert len(made) == len(Base.metadata.tables) + 1
    assert inspect(connection).get_table_names() == ["alembic_version"]


def enter_empty_schema(connection: Connection, name: str) -> None:
    connection.execute(text(f"CREATE SCHEMA {name}"))
    connection.execute(text(f"SET LOCAL search_path TO {name}"))


def alembic_on(connection: Connection) -> Config:
    config = Config(BACKEND / "alembic.ini")
    config.attributes["connection"] = connection
    return config


def described(connection: Connection) -> set[tuple[object, ...]]:
    rows = (connection.execute(text(query)) for query in (COLUMNS, CONSTRAINTS, INDEXES))
    return {tuple(row) for result in rows for row in result if row[0] != "alembic_version"}
