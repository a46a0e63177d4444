"""A schema made by Alembic's migrations."""

from __future__ import annotations

import contextlib
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import NullPool, create_engine

from factoryfloor.errors import FactoryFloorError, SchemaError, SettingsError

from .addresses import url_of
from .failures import explained
from .reference import fill, source_of
from .sequences import advance_sequences
from .source import digest_of
from .surroundings import untouched_surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.config import Config


class AlembicSchema:
    """What `alembic upgrade head` makes, and reference data."""

    def __init__(self, ini: Path, reference_data: Callable[..., object] | None = None) -> None:
        self._ini = ini.absolute()
        self._reference_data = reference_data

    def digest(self) -> str:
        """The digest of alembic.ini, env.py, all revisions and the reference data's source."""
        files = self._files()
        names = [str(file.relative_to(folder)) for folder, file in files]
        texts = [file.read_bytes().hex() for _, file in files]
        ini = self._ini.read_text(encoding="utf-8")
        return digest_of([ini, *names, *texts, source_of(self._reference_data)])

    def build(self, conninfo: str) -> None:
        """Run every migration, then insert the reference data.

        `sqlalchemy.url` is set to the database; nothing is printed, and logging stays as it is.
        """
        self._upgrade(conninfo)
        _refuse_if_empty(conninfo)
        if self._reference_data is not None:
            fill(create_engine(url_of(conninfo), poolclass=NullPool), self._reference_data)
        advance_sequences(conninfo)

    def _upgrade(self, conninfo: str) -> None:
        config = self._config()
        from alembic import command

        url = url_of(conninfo).render_as_string(hide_password=False)
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        with untouched_surroundings(self._ini.parent), self._named_revision():
            command.upgrade(config, "head")

    def _files(self) -> list[tuple[Path, Path]]:
        """Each file that migrations are made of, after the folder that its name is relative to."""
        config = self._config()
        from alembic.script import ScriptDirectory

        with untouched_surroundings(self._ini.parent), explained(f"{self._ini}"):
            script = ScriptDirectory.from_config(config)
            locations = (script.dir, *script._version_locations)
            folders = [Path(str(each)).absolute() for each in locations]
        found = {file: folder for folder in folders for file in folder.rglob("*") if file.is_file()}
        return sorted((folder, file) for file, folder in found.items() if _counts(file))

    def _config(self) -> Config:
        try:
            from alembic.config import Config
        except ImportError as error:
            raise SettingsError(
                "the schema comes from Alembic, which is not installed: "
                "pip install 'factoryfloor[alembic]'"
            ) from error
        if not self._ini.is_file():
            raise SettingsError(
                f'there is no {self._ini}: write schema = "alembic:path/to/alembic.ini", relative'
                " to the file that says so."
            )
        return Config(str(self._ini))

    @contextlib.contextmanager
    def _named_revision(self) -> Iterator[None]:
        folders = {file.parent for _, file in self._files()}
        try:
            yield
        except FactoryFloorError:
            raise
        except Exception as error:
            with explained(_revision(error, folders) or "alembic upgrade head"):
                raise


def _counts(file: Path) -> bool:
    return file.name != "script.py.mako" and "__pycache__" not in file.parts


def _revision(error: Exception, folders: set[Path]) -> str | None:
    """The migration in which an error was raised."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"the migration {Path(error.filename).name}"
    frames = list(traceback.walk_tb(error.__traceback__))
    for frame, _ in reversed(frames):
        file = Path(frame.f_code.co_filename)
        if "revision" in frame.f_globals and file.parent in folders:
            return f"the migration {file.name} (revision {frame.f_globals['revision']})"
    return None


def _refuse_if_empty(conninfo: str) -> None:
    query = "SELECT 1 FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p') LIMIT 1"
    with psycopg.connect(conninfo) as connection:
        if not connection.execute(query).fetchone():
            raise SchemaError(
                "Alembic ran, and made no table in the template database: env.py probably connects "
                'elsewhere. Let it take its address from config.get_main_option("sqlalchemy.url").'
            )
