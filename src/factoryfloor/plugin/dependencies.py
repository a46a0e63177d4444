"""FastAPI dependencies replaced by sessions of the test's transaction."""

from __future__ import annotations

import contextlib
import inspect
from typing import TYPE_CHECKING

from factoryfloor.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from factoryfloor.floor import Application


@contextlib.contextmanager
def overridden(application: Application) -> Iterator[None]:
    """Within this context each dependency of the key `get_db` yields a session of the test's."""
    replacements = {each: _replacement(application, each) for each in application.dependencies}
    if not replacements:
        yield
        return
    overrides = getattr(application.asgi, "dependency_overrides", None)
    if overrides is None:
        raise SettingsError("get_db needs an application of FastAPI's; this one overrides nothing.")
    before = dict(overrides)
    overrides.update(replacements)
    try:
        yield
    finally:
        overrides.clear()
        overrides.update(before)


def session_dependency(make: Callable[[], Session]) -> Callable[[], Iterator[Session]]:
    """A dependency that yields a new session for each call."""

    def get_db() -> Iterator[Session]:
        with make() as session:
            yield session

    return get_db


def _replacement(
    application: Application, dependency: Callable[..., object]
) -> Callable[[], object]:
    if not (inspect.isasyncgenfunction(dependency) or inspect.iscoroutinefunction(dependency)):
        return session_dependency(application.sessionmaker)

    async def get_async_db() -> AsyncIterator[AsyncSession]:
        async with application.async_sessionmaker() as session:
            yield session

    return get_async_db
