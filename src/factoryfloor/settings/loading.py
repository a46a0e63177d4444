"""From a TOML file to `Settings`, with an error for each thing that cannot be."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING

from factoryfloor.errors import SettingsError

from .environment import postgres_in_environment
from .locating import table_in
from .model import Settings
from .parsing import PARSERS, TABLE

if TYPE_CHECKING:
    from pathlib import Path


def load(file: Path) -> Settings:
    """The settings in `file`. Raises `SettingsError`, which names the file, key and remedy."""
    if not file.is_file():
        raise SettingsError(f"{file}: there is no such configuration file.")
    table = table_in(file)
    if table is None:
        raise SettingsError(f"{file}: it has no {TABLE} table; add one, or name another file.")
    known = {field.name for field in dataclasses.fields(Settings)} - {"file"}
    for key in table:
        if key not in known:
            raise SettingsError(f"{file}: {TABLE} has an unknown key {key!r}{_nearest(key, known)}")
    if "base" not in table:
        raise SettingsError(
            f'{file}: {TABLE} needs `base = "module:Base"`, the declarative base of the models.'
        )
    values = {key: PARSERS[key](file, key, value) for key, value in table.items()}
    version, binaries = postgres_in_environment()
    if version or binaries:
        values |= {"postgres_version": version, "postgres_binaries": binaries}
    return _checked(Settings(file=file, **values))


def _nearest(key: str, known: set[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(sorted(known))}."


def _checked(settings: Settings) -> Settings:
    if settings.schema != "metadata" and settings.alembic_ini is None:
        raise SettingsError(
            f'{settings.file}: schema is {settings.schema!r}; it must be "metadata" or '
            '"alembic:path/to/alembic.ini".'
        )
    for path in settings.pythonpath:
        _existing(settings, "pythonpath", path)
    if settings.alembic_ini is not None:
        _existing(settings, "schema", settings.alembic_ini)
    return settings


def _existing(settings: Settings, key: str, path: Path) -> None:
    if not path.exists():
        raise SettingsError(f"{settings.file}: {key} names {path}, which does not exist.")
