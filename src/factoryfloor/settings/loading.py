"""From a TOML file to `Settings`, with an error for each thing that cannot be."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import os
import tomllib
from typing import TYPE_CHECKING, Any

from factoryfloor.errors import SettingsError

from .model import Settings
from .parsing import PARSERS, TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def find(folder: Path) -> Path | None:
    """The nearest pyproject.toml from `folder` upwards that has a `[tool.factoryfloor]` table."""
    for candidate in (parent / "pyproject.toml" for parent in (folder, *folder.parents)):
        with contextlib.suppress(SettingsError):  # another tool's to complain about
            if candidate.is_file() and _table(candidate) is not None:
                return candidate
    return None


def locate(named: str | Path | None, *folders: Path) -> Path | None:
    """The file that is named, or that FACTORYFLOOR_CONFIG names, else the nearest to a folder."""
    chosen = named or os.environ.get("FACTORYFLOOR_CONFIG")
    if chosen:
        return folders[-1] / chosen
    return next(filter(None, map(find, folders)), None)


def load(file: Path) -> Settings:
    """The settings in `file`. Raises `SettingsError`, which names the file, key and remedy."""
    if not file.is_file():
        raise SettingsError(f"{file}: there is no such configuration file.")
    table = _table(file)
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
    return _checked(Settings(file=file, **values))


def _table(file: Path) -> Mapping[str, Any] | None:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    tool = document.get("tool", {})
    table = tool.get("factoryfloor") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{file}: tool.factoryfloor must be a table.")
    return table


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
