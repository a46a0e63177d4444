"""The embedded server that the environment asks for, whatever the table says."""

from __future__ import annotations

import os
from pathlib import Path

from factoryfloor.errors import SettingsError

VERSION = "FACTORYFLOOR_POSTGRES_VERSION"
BINARIES = "FACTORYFLOOR_POSTGRES_BINARIES"


def postgres_in_environment() -> tuple[int | None, Path | None]:
    """The major version and the folder with programs; None for what no variable names."""
    version, binaries = os.environ.get(VERSION), os.environ.get(BINARIES)
    return (
        _major(version) if version else None,
        Path(binaries).expanduser().absolute() if binaries else None,
    )


def _major(text: str) -> int:
    if text not in ("15", "16", "17", "18"):
        raise SettingsError(
            f"{VERSION} must be a major version of PostgreSQL, 15 to 18; it is {text!r}."
        )
    return int(text)
