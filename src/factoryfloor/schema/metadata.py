"""A schema made by `MetaData.create_all`."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import NullPool, create_engine, create_mock_engine
from sqlalchemy.schema import CreateSchema, CreateTable

from .addresses import url_of
from .failures import explained
from .reference import fill, source_of
from .sequences import advance_sequences
from .source import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import MetaData


class MetadataSchema:
    """The tables of a MetaData, listeners to its DDL events included, and reference data."""

    def __init__(
        self, metadata: MetaData, reference_data: Callable[..., object] | None = None
    ) -> None:
        self._metadata = metadata
        self._reference_data = reference_data

    def digest(self) -> str:
        """The digest of the DDL and of the reference data's source.

        Statements count in sorted order, because SQLAlchemy keeps indexes in unordered sets.
        """
        return digest_of([*sorted(self._statements()), source_of(self._reference_data)])

    def build(self, conninfo: str) -> None:
        """Create schemas and tables in one transaction, then insert the reference data."""
        engine = create_engine(url_of(conninfo), poolclass=NullPool)
        with explained("create_all"), engine.begin() as connection:
            for schema in self._schemas():
                connection.execute(CreateSchema(schema, if_not_exists=True))
            self._metadata.create_all(connection)
        if self._reference_data is not None:
            fill(engine, self._reference_data)
        advance_sequences(conninfo)

    def _schemas(self) -> list[str]:
        """Every schema that a table, one of its types or a sequence names."""
        tables = self._metadata.tables.values()
        types = (column.type for table in tables for column in table.columns)
        # MetaData has no public list of its sequences
        found = [*tables, *types, *self._metadata._sequences.values()]
        return sorted({getattr(each, "schema", None) or "" for each in found} - {""})

    def _statements(self) -> list[str]:
        emitted: list[str] = []

        def emit(statement: Any, parameters: object = None) -> None:
            compiled = statement.compile(dialect=engine.dialect)
            emitted.append(f"{compiled}{parameters or ''}")

        engine = create_mock_engine("postgresql+psycopg://", emit)
        try:
            self._metadata.create_all(engine, checkfirst=False)
        except Exception as error:
            # a listener may ask more of its connection than to take DDL
            tables = self._metadata.sorted_tables
            emitted += [str(CreateTable(each).compile(dialect=engine.dialect)) for each in tables]
            emitted.append(_source_at(error))
        return emitted


def _source_at(error: Exception) -> str:
    """The file of the listener that failed, in place of the DDL that it would emit."""
    library = str(Path(sqlalchemy.__file__).parent)
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    own = [file for file in files if not file.startswith(library) and Path(file).is_file()]
    return Path(own[-1]).read_text(encoding="utf-8")
