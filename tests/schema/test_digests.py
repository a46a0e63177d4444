"""What a schema's digest sees, and what it does not."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Enum,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    select,
)
from sqlalchemy.schema import DDL, ExecutableDDLElement

from factoryfloor.schema import AlembicSchema, MetadataSchema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Add = Callable[[str], None]


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
        module = importlib.import_module(name)
        digests.append(MetadataSchema(shop(), module.load).digest())

    assert len(set(digests)) == 3


def test_reference_data_without_a_source_file_is_named_in_the_digest() -> None:
    namespace: dict[str, Callable[[], None]] = {}
    exec("def load(): pass", namespace)

    digest = MetadataSchema(shop(), namespace["load"]).digest()

    assert digest != MetadataSchema(shop()).digest()


def read_something(_target: MetaData, connection: Connection, **_given: object) -> None:
    assert connection.scalar(select(1)) == 1


@pytest.mark.parametrize(
    "file", ["alembic.ini", "migrations/env.py", "migrations/versions/aaa1_vendor.py"]
)
def test_the_digest_changes_with_each_file(ini: Path, file: str) -> None:
    before = AlembicSchema(ini).digest()
    changed = ini.parent / file

    changed.write_text(f"{changed.read_text()}\n# changed")

    assert AlembicSchema(ini).digest() != before


def test_the_digest_changes_with_a_new_migration_and_the_reference_data(
    ini: Path, add_migration: Add
) -> None:
    digests = [AlembicSchema(ini).digest(), AlembicSchema(ini, len).digest()]
    add_migration("SELECT 1")
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
