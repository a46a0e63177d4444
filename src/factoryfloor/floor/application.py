"""The application under test, found as the settings name it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, MetaData, create_engine, select
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import scoped_session, sessionmaker

from factoryfloor.errors import SettingsError
from factoryfloor.schema import AlembicSchema, MetadataSchema, SchemaSource
from factoryfloor.settings import import_modules, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from factoryfloor.settings import Settings

T = TypeVar("T")


class Application:
    """What the settings name, imported at first use.

    Each property raises `SettingsError` when its key names nothing, or something of another kind.
    """

    def __init__(self, settings: Settings, url: str) -> None:
        self._settings = settings
        self._url = url

    @cached_property
    def metadata(self) -> MetaData:
        """The tables, all models imported."""
        settings = self._settings
        import_modules(settings.models, key="models", file=settings.file)
        base = resolve(settings.base, key="base", file=settings.file)
        metadata = base if isinstance(base, MetaData) else getattr(base, "metadata", None)
        if not isinstance(metadata, MetaData):
            raise SettingsError(
                f'{settings.file}: base = "{settings.base}" is neither a declarative base '
                "nor a MetaData."
            )
        return metadata

    @cached_property
    def schema(self) -> SchemaSource:
        """What builds the tables, and the reference data with them."""
        reference = self._settings.reference_data
        fill: Callable[..., object] | None = (
            self._callable("reference_data", reference) if reference else None
        )
        if ini := self._settings.alembic_ini:
            return AlembicSchema(ini, fill)
        return MetadataSchema(self.metadata, fill)

    @cached_property
    def engine(self) -> Engine:
        """The application's own engine, or one on the same database."""
        return self._first("engine", Engine) or create_engine(self._url)

    @cached_property
    def async_engine(self) -> AsyncEngine:
        """The application's own asynchronous engine, or one on the same database."""
        return self._first("engine", AsyncEngine) or create_async_engine(self._url)

    @cached_property
    def sessionmaker(self) -> Callable[[], Session]:
        """The application's own sessionmaker, or one on `engine`."""
        if own := self._first("sessionmaker", sessionmaker):
            return own
        if scoped := self._first("sessionmaker", scoped_session):
            return scoped.session_factory
        return sessionmaker(self.engine)

    @cached_property
    def async_sessionmaker(self) -> Callable[[], AsyncSession]:
        """The application's own asynchronous sessionmaker, or one on `async_engine`.

        Its sessions keep loaded attributes after a commit, unless the application's say otherwise.
        """
        own = self._first("sessionmaker", async_sessionmaker)
        return own or async_sessionmaker(self.async_engine, expire_on_commit=False)

    @cached_property
    def asgi(self) -> Any:
        """The ASGI application."""
        if self._settings.app is None:
            raise SettingsError(
                f'{self._settings.file}: a client needs `app = "module:app"` in '
                "[tool.factoryfloor], the application that it calls."
            )
        return self._callable("app", self._settings.app)

    @cached_property
    def dependencies(self) -> list[Callable[..., object]]:
        """The dependencies that are to be overridden."""
        return self._all("get_db")

    def filled_tables(self) -> list[str]:
        """The names of the tables that hold rows, in order, as `engine` sees them now."""
        with self.engine.connect() as connection:
            tables = self.metadata.tables.values()
            held = [
                each.fullname
                for each in tables
                if connection.scalar(select(each.select().exists()))
            ]
        return sorted(held)

    def check(self) -> None:
        """Resolve every key that names a part of the application.

        Raises `SettingsError` for the first that names nothing, or something of another kind.
        """
        self._first("engine", Engine)
        self._first("sessionmaker", sessionmaker)
        if self._settings.app is not None:
            self._callable("app", self._settings.app)
        self._all("get_db")

    def _callable(self, key: str, reference: str) -> Callable[..., object]:
        found = resolve(reference, key=key, file=self._settings.file)
        if not callable(found):
            raise SettingsError(
                f'{self._settings.file}: {key} = "{reference}" is no callable but a '
                f"{type(found).__name__}."
            )
        return found

    def _all(self, key: str) -> list[Callable[..., object]]:
        return [self._callable(key, reference) for reference in getattr(self._settings, key)]

    def _first(self, key: str, kind: type[T]) -> T | None:
        file = self._settings.file
        references = getattr(self._settings, key)
        found = [resolve(reference, key=key, file=file) for reference in references]
        allowed = _KINDS[key]
        for reference, one in zip(references, found, strict=True):
            if not isinstance(one, allowed):
                names = ", ".join(each.__name__ for each in allowed)
                raise SettingsError(
                    f'{file}: {key} = "{reference}" is none of {names} but {one!r}.'
                )
        return next((one for one in found if isinstance(one, kind)), None)


_KINDS: dict[str, tuple[type, ...]] = {
    "engine": (Engine, AsyncEngine),
    "sessionmaker": (sessionmaker, scoped_session, async_sessionmaker),
}
