"""Reference data: how it is called, and the sequences behind its ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import (
    Column,
    Enum,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
)

from factoryfloor.errors import SchemaError, SettingsError
from factoryfloor.schema import MetadataSchema

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    Rows = Callable[[str], list[tuple[object, ...]]]


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


def test_reference_data_that_takes_a_session_is_committed(conninfo: str, rows: Rows) -> None:
    metadata = shop()
    vendor = metadata.tables["vendor"]

    def load(session: Session) -> None:
        session.execute(vendor.insert().values(name="Acme"))

    MetadataSchema(metadata, load).build(conninfo)

    assert rows("SELECT name FROM vendor") == [("Acme",)]


def test_reference_data_that_commits_itself_may(conninfo: str, rows: Rows) -> None:
    metadata = shop()

    def load(session: Session) -> None:
        session.execute(metadata.tables["vendor"].insert().values(name="Acme"))
        session.commit()

    MetadataSchema(metadata, load).build(conninfo)

    assert rows("SELECT name FROM vendor") == [("Acme",)]


def test_reference_data_that_takes_nothing_connects_by_itself(conninfo: str, rows: Rows) -> None:
    def load(name: str = "Acme") -> None:
        with psycopg.connect(conninfo) as connection:
            connection.execute("INSERT INTO vendor (name) VALUES (%s)", [name])

    MetadataSchema(shop(), load).build(conninfo)

    assert rows("SELECT name FROM vendor") == [("Acme",)]


def test_reference_data_that_fails_is_named(conninfo: str) -> None:
    def load_vendors() -> None:
        raise ValueError("no vendors today")

    with pytest.raises(SchemaError, match=r"load_vendors failed: ValueError: no vendors today"):
        MetadataSchema(shop(), load_vendors).build(conninfo)


def test_asynchronous_reference_data_is_refused(conninfo: str) -> None:
    async def load() -> None:
        """It would never run."""

    with pytest.raises(SettingsError, match="asynchronous"):
        MetadataSchema(shop(), load).build(conninfo)


def test_sequences_are_set_behind_explicit_ids(conninfo: str, rows: Rows) -> None:
    metadata = shop("sales")
    part = Table("Part", metadata, Column("Id", Integer, Identity(), primary_key=True))
    later = Table("later", metadata, Column("id", Integer, Identity(start=100), primary_key=True))
    vendor = metadata.tables["sales.vendor"]

    def load(session: Session) -> None:
        session.execute(vendor.insert(), [{"id": 1}, {"id": 7}])
        session.execute(part.insert(), [{"Id": 3}])
        session.execute(later.insert(), [{"id": 5}])

    MetadataSchema(metadata, load).build(conninfo)

    assert rows("INSERT INTO sales.vendor DEFAULT VALUES RETURNING id") == [(8,)]
    assert rows('INSERT INTO sales."Part" DEFAULT VALUES RETURNING "Id"') == [(4,)]
    assert rows("INSERT INTO sales.later DEFAULT VALUES RETURNING id") == [(100,)]


def test_sequences_of_empty_tables_begin_with_one(conninfo: str, rows: Rows) -> None:
    MetadataSchema(shop()).build(conninfo)

    assert rows("INSERT INTO vendor DEFAULT VALUES RETURNING id") == [(1,)]
