"""A schema from a MetaData: what its digest sees, and what it builds."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import (
    Column,
    Connection,
    Enum,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    select,
)
from sqlalchemy.schema import DDL, ExecutableDDLElement
from sqlalchemy.types import UserDefinedType

from factoryfloor.errors import InsufficientPrivilegeError, SchemaError, SettingsError
from factoryfloor.schema import MetadataSchema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session


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


def rows(conninfo: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query).fetchall()


def test_the_same_tables_have_the_same_digest() -> None:
    assert MetadataSchema(shop()).digest() == MetadataSchema(shop()).digest()


@pytest.mark.parametrize(
    "other",
    [
        shop("sales"),
        shop(name_type=Integer),
        MetaData(),
    ],
    ids=["schema", "column type", "no table"],
)
def test_other_tables_have_another_digest(other: MetaData) -> None:
    assert MetadataSchema(other).digest() != MetadataSchema(shop()).digest()


def test_what_a_ddl_event_emits_is_part_of_the_digest() -> None:
    metadata = shop()
    before = MetadataSchema(metadata).digest()

    event.listen(metadata, "before_create", ddl("CREATE EXTENSION vector"))

    assert MetadataSchema(metadata).digest() != before


def test_a_listener_that_reads_from_its_connection_still_has_a_digest_of_its_tables() -> None:
    digests = set()
    for name_type in (Text, Integer):
        metadata = shop(name_type=name_type)
        event.listen(metadata, "before_create", read_something)
        digests.add(MetadataSchema(metadata).digest())
        digests.add(MetadataSchema(metadata).digest())

    assert len(digests) == 2


def read_something(_target: MetaData, connection: Connection, **_given: object) -> None:
    assert connection.scalar(select(1)) == 1


def test_the_digest_is_the_same_in_every_process() -> None:
    code = (
        "from sqlalchemy import *\n"
        "from factoryfloor.schema import MetadataSchema\n"
        "m = MetaData()\n"
        "columns = [Column(c, Integer, index=True) for c in 'abcdefgh']\n"
        "Table('one', m, Column('id', Integer, primary_key=True), *columns,"
        " Column('two_id', ForeignKey('two.id', name='f1')))\n"
        "Table('two', m, Column('id', Integer, primary_key=True),"
        " Column('one_id', ForeignKey('one.id', name='f2')))\n"
        "print(MetadataSchema(m).digest())\n"
    )

    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in range(4)
    }

    assert len(digests) == 1


def test_reference_data_is_part_of_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = [MetadataSchema(shop()).digest()]
    for number in (1, 2):
        name = f"reference_data_{number}"
        source = f"ROWS = {number}\ndef load():\n    pass\n"
        (tmp_path / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        module = __import__(name)
        monkeypatch.delitem(sys.modules, name)
        sys.modules[name] = module
        digests.append(MetadataSchema(shop(), module.load).digest())

    assert len(set(digests)) == 3


def test_reference_data_without_a_source_file_is_named_in_the_digest() -> None:
    namespace: dict[str, Callable[[], None]] = {}
    exec("def load(): pass", namespace)

    digest = MetadataSchema(shop(), namespace["load"]).digest()

    assert digest != MetadataSchema(shop()).digest()


def test_building_makes_tables_types_indexes_and_schemas(conninfo: str) -> None:
    metadata = shop("sales")
    Table("note", metadata, Column("id", Integer, primary_key=True), schema="public")

    MetadataSchema(metadata).build(conninfo)

    assert rows(conninfo, "SELECT count(*) FROM sales.vendor, public.note") == [(0,)]
    assert rows(conninfo, "SELECT to_regclass('sales.ix_sales_vendor_name') IS NULL") == [(False,)]


def test_a_schema_that_a_listener_made_too_is_no_error(conninfo: str) -> None:
    metadata = shop("sales")
    event.listen(metadata, "before_create", ddl("CREATE SCHEMA IF NOT EXISTS sales"))

    MetadataSchema(metadata).build(conninfo)

    assert rows(conninfo, "SELECT count(*) FROM sales.vendor") == [(0,)]


def test_a_failure_leaves_no_table(conninfo: str) -> None:
    metadata = shop()
    event.listen(metadata, "after_create", ddl("SELECT no_such_column"))

    with pytest.raises(SchemaError, match=r"(?s)create_all failed: .*no_such_column"):
        MetadataSchema(metadata).build(conninfo)

    assert rows(conninfo, "SELECT to_regclass('vendor')") == [(None,)]


def test_reference_data_that_takes_a_session_is_committed(conninfo: str) -> None:
    metadata = shop()
    vendor = metadata.tables["vendor"]

    def load(session: Session) -> None:
        session.execute(vendor.insert().values(name="Acme"))

    MetadataSchema(metadata, load).build(conninfo)

    assert rows(conninfo, "SELECT name FROM vendor") == [("Acme",)]


def test_reference_data_that_commits_itself_may(conninfo: str) -> None:
    metadata = shop()

    def load(session: Session) -> None:
        session.execute(metadata.tables["vendor"].insert().values(name="Acme"))
        session.commit()

    MetadataSchema(metadata, load).build(conninfo)

    assert rows(conninfo, "SELECT name FROM vendor") == [("Acme",)]


def test_reference_data_that_takes_nothing_connects_by_itself(conninfo: str) -> None:
    def load(name: str = "Acme") -> None:
        with psycopg.connect(conninfo) as connection:
            connection.execute("INSERT INTO vendor (name) VALUES (%s)", [name])

    MetadataSchema(shop(), load).build(conninfo)

    assert rows(conninfo, "SELECT name FROM vendor") == [("Acme",)]


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


def test_sequences_are_set_behind_explicit_ids(conninfo: str) -> None:
    metadata = shop("sales")
    part = Table("Part", metadata, Column("Id", Integer, Identity(), primary_key=True))
    later = Table("later", metadata, Column("id", Integer, Identity(start=100), primary_key=True))
    vendor = metadata.tables["sales.vendor"]

    def load(session: Session) -> None:
        session.execute(vendor.insert(), [{"id": 1}, {"id": 7}])
        session.execute(part.insert(), [{"Id": 3}])
        session.execute(later.insert(), [{"id": 5}])

    MetadataSchema(metadata, load).build(conninfo)

    assert rows(conninfo, "INSERT INTO sales.vendor DEFAULT VALUES RETURNING id") == [(8,)]
    assert rows(conninfo, 'INSERT INTO sales."Part" DEFAULT VALUES RETURNING "Id"') == [(4,)]
    assert rows(conninfo, "INSERT INTO sales.later DEFAULT VALUES RETURNING id") == [(100,)]


def test_sequences_of_empty_tables_begin_with_one(conninfo: str) -> None:
    MetadataSchema(shop()).build(conninfo)

    assert rows(conninfo, "INSERT INTO vendor DEFAULT VALUES RETURNING id") == [(1,)]


def test_an_extension_that_the_server_lacks_is_named_with_the_remedy(conninfo: str) -> None:
    metadata = shop()
    event.listen(metadata, "before_create", ddl('CREATE EXTENSION IF NOT EXISTS "no-such-one"'))

    with pytest.raises(SchemaError, match="extension 'no-such-one'") as caught:
        MetadataSchema(metadata).build(conninfo)

    assert "postgres_binaries" in str(caught.value)
    assert "TEST_DATABASE_URL" in str(caught.value)


class Mood(UserDefinedType[str]):
    def get_col_spec(self, **_given: object) -> str:
        return "mood"


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


def test_no_connection_stays_open(conninfo: str) -> None:
    metadata = shop()

    def load(session: Session) -> None:
        session.execute(metadata.tables["vendor"].insert().values(name="Acme"))

    MetadataSchema(metadata, load).build(conninfo)

    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    assert rows(conninfo, f"{others} AND pid <> pg_backend_pid()") == [(0,)]
