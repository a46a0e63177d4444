"""A schema from a MetaData: what is built, and how failures are explained."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import (
    Column,
    Enum,
    Integer,
    MetaData,
    Table,
    Text,
    event,
)
from sqlalchemy.schema import DDL, ExecutableDDLElement
from sqlalchemy.types import UserDefinedType

from factoryfloor.errors import InsufficientPrivilegeError, SchemaError
from factoryfloor.schema import MetadataSchema

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    Rows = Callable[[str], list[tuple[object, ...]]]


def ddl(statement: str) -> ExecutableDDLElement:
    return DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL is not annotated


def shop(schema: str | None = None, *, name_type: type[Text] | type[Integer] = Text) -> MetaData:
    metadata = MetaData(schema=schema)
    Table(
        "vendor",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", name_type, index=True),
        Column("state", Enum("open", "closed", name="vendor_state")),
    )
    return metadata


class Mood(UserDefinedType[str]):
    def get_col_spec(self, **_given: object) -> str:
        return "mood"


def test_building_makes_tables_types_indexes_and_schemas(conninfo: str, rows: Rows) -> None:
    metadata = shop("sales")
    Table("note", metadata, Column("id", Integer, primary_key=True), schema="public")

    MetadataSchema(metadata).build(conninfo)

    assert rows("SELECT count(*) FROM sales.vendor, public.note") == [(0,)]
    assert rows("SELECT to_regclass('sales.ix_sales_vendor_name') IS NULL") == [(False,)]


def test_a_schema_that_a_listener_made_too_is_no_error(conninfo: str, rows: Rows) -> None:
    metadata = shop("sales")
    event.listen(metadata, "before_create", ddl("CREATE SCHEMA IF NOT EXISTS sales"))

    MetadataSchema(metadata).build(conninfo)

    assert rows("SELECT count(*) FROM sales.vendor") == [(0,)]


def test_a_failure_leaves_no_table(conninfo: str, rows: Rows) -> None:
    metadata = shop()
    event.listen(metadata, "after_create", ddl("SELECT no_such_column"))

    with pytest.raises(SchemaError, match=r"(?s)create_all failed: .*no_such_column"):
        MetadataSchema(metadata).build(conninfo)

    assert rows("SELECT to_regclass('vendor')") == [(None,)]


def test_an_extension_that_the_server_lacks_is_named_with_the_remedy(conninfo: str) -> None:
    metadata = shop()
    event.listen(metadata, "before_create", ddl('CREATE EXTENSION IF NOT EXISTS "no-such-one"'))

    with pytest.raises(SchemaError, match="extension 'no-such-one'") as caught:
        MetadataSchema(metadata).build(conninfo)

    assert "postgres_binaries" in str(caught.value)
    assert "TEST_DATABASE_URL" in str(caught.value)


def test_a_type_that_nothing_creates_is_explained(conninfo: str) -> None:
    metadata = MetaData()
    Table("person", metadata, Column("mood", Mood()))

    with pytest.raises(SchemaError, match=r'(?s)type "mood" does not exist.*CREATE EXTENSION'):
        MetadataSchema(metadata).build(conninfo)


def test_what_a_role_may_not_do_is_a_lack_of_privilege(conninfo: str) -> None:
    metadata = shop()
    event.listen(metadata, "before_create", ddl("SET LOCAL ROLE pg_monitor"))

    with pytest.raises(InsufficientPrivilegeError, match="permission denied"):
        MetadataSchema(metadata).build(conninfo)


def test_no_connection_stays_open(conninfo: str, rows: Rows) -> None:
    metadata = shop()

    def load(session: Session) -> None:
        session.execute(metadata.tables["vendor"].insert().values(name="Acme"))

    MetadataSchema(metadata, load).build(conninfo)

    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    for _ in range(500):  # a backend takes a moment to go
        if rows(f"{others} AND pid <> pg_backend_pid()") == [(0,)]:
            return
        time.sleep(0.01)
    pytest.fail("a connection is still open")
