"""A floor outside pytest: for scripts, demonstrations and commands."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from factoryfloor.adoption import set_environment
from factoryfloor.errors import SettingsError
from factoryfloor.isolation import install
from factoryfloor.settings import Settings, load, locate

from .floor import Floor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factoryfloor.server import Server


@contextlib.contextmanager
def open_floor(file: Path | None = None, *, server: Server | None = None) -> Iterator[Floor]:
    """A database with the project's schema, made by `make()` and dropped at the end.

    `file` holds the `[tool.factoryfloor]` table; without it the nearest pyproject.toml from the
    working directory upwards does. Within the context the application's environment is set, and
    every engine on psycopg connects to this database, whatever its URL says. `server` is another
    one than TEST_DATABASE_URL names. Raises a `FactoryFloorError` with the remedy.
    """
    floor = Floor(settings_of(file), run=uuid.uuid4().hex, server=server)
    with contextlib.ExitStack() as stack:
        stack.callback(floor.close)
        stack.callback(set_environment(floor.environment, floor.settings.pythonpath))
        stack.callback(install(floor.target))
        yield floor


def settings_of(file: Path | None) -> Settings:
    """The settings in `file`, or in the nearest pyproject.toml that holds some.

    Raises `SettingsError` where there is none.
    """
    found = locate(file, Path.cwd())
    if found is None:
        raise SettingsError(
            f"no pyproject.toml from {Path.cwd()} upwards has a [tool.factoryfloor] table; "
            "run this in the project's folder, or name the file."
        )
    return load(found)
