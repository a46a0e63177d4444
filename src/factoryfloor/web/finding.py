"""The application's database found, and refused where it is not factoryfloor's own."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from factoryfloor.adoption import set_environment
from factoryfloor.errors import FactoryFloorError, ForeignDatabaseError, SettingsError
from factoryfloor.floor import Floor
from factoryfloor.settings import find, load, locate, resolve

from .address import EngineAddress
from .home import Home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factoryfloor.server import Server
    from factoryfloor.settings import Settings


@contextlib.contextmanager
def open_home(folder: Path, config: str | Path | None) -> Iterator[Home]:
    """The database of the application whose settings `config` holds, or which are near `folder`.

    Raises `ForeignDatabaseError` for a database that factoryfloor did not make, and another
    `FactoryFloorError` where one cannot tell; then nothing was changed.
    """
    file = locate(config, Path.cwd()) or find(folder)
    if file is None:
        raise SettingsError(
            f"no pyproject.toml from {Path.cwd()} or {folder} upwards has a [tool.factoryfloor] "
            "table; name the file in FACTORYFLOOR_CONFIG."
        )
    settings = load(file)
    with contextlib.ExitStack() as stack:
        stack.callback(set_environment({}, settings.pythonpath))
        address = EngineAddress(_engine(settings))
        floor = _floor(settings, address)
        stack.callback(floor.close)
        _refuse_foreign(floor, address)
        home = Home(floor, address)
        stack.callback(home.close)
        home.follow()
        yield home


def _engine(settings: Settings) -> Engine | AsyncEngine:
    for reference in settings.engine:
        found = resolve(reference, key="engine", file=settings.file)
        if isinstance(found, Engine | AsyncEngine):
            return found
    raise SettingsError(
        f'{settings.file}: the test endpoints need `engine = "module:engine"`, the application\'s '
        "own, to know which database it uses."
    )


def _floor(settings: Settings, address: EngineAddress) -> Floor:
    run = uuid.uuid4().hex
    usual: Server | None = None
    # without PostgreSQL's programs there may well be a server
    with contextlib.suppress(FactoryFloorError):
        usual = Floor(settings, run=run).server
    return Floor(settings, run=run, server=address.server(usual))


def _refuse_foreign(floor: Floor, address: EngineAddress) -> None:
    if not floor.project.worlds.knows(address.database):
        raise ForeignDatabaseError(
            f"the database {address.database!r} at {floor.server.address.place} was not made by "
            "factoryfloor, so the test endpoints leave it alone. Start the application by "
            "`factoryfloor run -- …`, which makes it a database of its own."
        )
