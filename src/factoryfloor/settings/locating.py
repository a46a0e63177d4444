"""Where the configuration is; pytest asks in every run, so that nothing else is imported here."""

from __future__ import annotations

import contextlib
import os
import tomllib
from typing import TYPE_CHECKING, Any

from factoryfloor.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def find(folder: Path) -> Path | None:
    """The nearest pyproject.toml from `folder` upwards that has a `[tool.factoryfloor]` table."""
    for candidate in (parent / "pyproject.toml" for parent in (folder, *folder.parents)):
        with contextlib.suppress(SettingsError, OSError):  # another tool's to complain about
            # most files do not mention it, and parsing a long one takes milliseconds
            mentions = candidate.is_file() and b"factoryfloor" in candidate.read_bytes()
            if mentions and table_in(candidate) is not None:
                return candidate
    return None


def locate(named: str | Path | None, *folders: Path) -> Path | None:
    """The file that is named, or that FACTORYFLOOR_CONFIG names, else the nearest to a folder."""
    chosen = named or os.environ.get("FACTORYFLOOR_CONFIG")
    if chosen:
        return folders[-1] / chosen
    return next(filter(None, map(find, dict.fromkeys(folders))), None)


def table_in(file: Path) -> Mapping[str, Any] | None:
    """The table as it is written in `file`, None if there is none; else `SettingsError`."""
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
