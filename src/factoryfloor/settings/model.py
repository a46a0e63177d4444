"""What can be configured, with the default of each key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One `[tool.factoryfloor]` table; a reference is written `module:attribute`."""

    file: Path
    """The file that the table stands in; relative paths start from its folder."""

    base: str
    """The declarative base, or a `MetaData`."""

    pythonpath: tuple[Path, ...] = ()
    """Folders to put on `sys.path`."""

    models: tuple[str, ...] = ()
    """Modules to import so that every model is known."""

    app: str | None = None
    """The ASGI application that the clients call."""

    get_db: tuple[str, ...] = ()
    """Dependencies to override with sessions of the test's transaction. Only an application
    whose own sessions cannot join it (they use another driver) needs this."""

    engine: tuple[str, ...] = ()
    """The application's engines, sync and async."""

    sessionmaker: tuple[str, ...] = ()
    """The application's sessionmakers, sync and async."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables set before the application is imported, their placeholders to be filled in."""

    patch: Mapping[str, object] = field(default_factory=dict)
    """Attributes that have another value while tests run."""

    disable: tuple[str, ...] = ()
    """Callables that do nothing while tests run."""

    schema: str = "metadata"
    """Where the schema comes from: `metadata`, or `alembic:` and the path of an alembic.ini."""

    reference_data: str | None = None
    """A callable that fills the template once; it may take a session."""

    factories: tuple[str, ...] = ()
    """Modules whose factories become fixtures."""

    fixture_names: Mapping[str, str] = field(default_factory=dict)
    """Factory class name to the name of its model fixture, where another is wanted."""

    scenarios: tuple[str, ...] = ()
    """Modules that hold scenarios."""

    fast_hashing: bool = True
    """Whether passwords are hashed at the lowest cost under test."""

    database: str = "test"
    """What the names of this project's databases begin with."""

    postgres_version: int | None = None
    """The major version of the embedded server; the newest that there is by default."""

    postgres_binaries: Path | None = None
    """A folder with PostgreSQL's programs, to be used instead of the embedded ones."""

    idle_timeout: float = 300.0
    """Seconds without a client after which the embedded server leaves."""

    @property
    def alembic_ini(self) -> Path | None:
        """The alembic.ini that makes the schema, or None when the metadata does."""
        kind, _, path = self.schema.partition(":")
        return self.file.parent / path if kind == "alembic" else None
