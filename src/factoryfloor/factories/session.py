"""The active session: where factories write, one for the whole process."""

from __future__ import annotations

import asyncio
import inspect
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, cast

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import Session, scoped_session

from factoryfloor.errors import NoActiveSessionError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    SyncProvider = Callable[[], Session | scoped_session[Session]]
    AsyncProvider = Callable[[], AsyncSession | Awaitable[AsyncSession]]

_REMEDY = (
    "In a test it opens by itself when [tool.factoryfloor] configures the plugin, but not in a "
    "fixture wider than a test: what several tests are to share is made in a fixture that is "
    '@factoryfloor.shared(scope="module"); elsewhere write '
    "`with factoryfloor.use_session(session): …`."
)


class _Source:
    """Where sessions come from, asked at most once for each kind."""

    def __init__(self, provider: SyncProvider | None, async_provider: AsyncProvider | None) -> None:
        self.provider = provider
        self.async_provider = async_provider
        self.thread = threading.get_ident()
        self._session: Session | None = None
        self._async_session: AsyncSession | None = None

    def session(self) -> Session | None:
        if self._session is None and self.provider is not None:
            found = self.provider()
            self._session = found() if isinstance(found, scoped_session) else found
        return self._session

    async def async_session(self) -> AsyncSession | None:
        if self._async_session is None and self.async_provider is not None:
            found = self.async_provider()
            self._async_session = await found if inspect.isawaitable(found) else found
        return self._async_session


_sources: list[_Source] = []  # the innermost is the last
# `acreate` may wait while other tasks run, so its session is the active one for its task alone
_task_session: ContextVar[Session | None] = ContextVar("factoryfloor_task_session", default=None)


def active_session(asker: str = "The caller") -> Session:
    """The session in which factories write now; `asker` is named where there is none."""
    source = _source()
    session = _task_session.get() or (source.session() if source else None)
    if session is None:
        if source:
            raise NoActiveSessionError(
                f"{asker} needs a Session, and the active one is an AsyncSession. "
                "Write `await ….acreate()` instead of `….create()`."
            )
        raise NoActiveSessionError(f"{asker} needs a session, and none is active. {_REMEDY}")
    return session


def is_session_active() -> bool:
    """Whether there is a session to write in, opened or not."""
    return bool(_sources)


async def active_async_session(asker: str = "The caller") -> AsyncSession:
    """The AsyncSession in which `acreate` writes now."""
    source = _source()
    session = await source.async_session() if source else None
    if session is None:
        raise NoActiveSessionError(f"{asker} needs an AsyncSession, and none is active. {_REMEDY}")
    return session


def _source() -> _Source | None:
    """The innermost that this thread has activated, else the innermost of all."""
    here = threading.get_ident()
    own = (source for source in reversed(_sources) if source.thread == here)
    return next(own, _sources[-1] if _sources else None)


def activate(
    provider: SyncProvider | None, async_provider: AsyncProvider | None = None
) -> Callable[[], None]:
    """Make these providers' sessions the active ones, opened when first needed; the undo."""
    source = _Source(provider, async_provider)
    _sources.append(source)

    def undo() -> None:
        if source in _sources:
            _sources.remove(source)

    return undo


@contextmanager
def use_session(
    session: Session | scoped_session[Session] | AsyncSession | async_scoped_session[AsyncSession],
) -> Iterator[None]:
    """Make `session` the active one within the block.

    It is so for this thread, and for others that have no such block of their own.
    """
    if isinstance(session, AsyncSession | async_scoped_session):
        found = cast("AsyncSession", session)
        undo = activate(None, lambda: found)
    else:
        kept = session
        undo = activate(lambda: kept)
    try:
        yield
    finally:
        undo()


@contextmanager
def task_session(session: Session) -> Iterator[None]:
    """Make `session` the active one for the running task alone."""
    token = _task_session.set(session)
    try:
        yield
    finally:
        _task_session.reset(token)


def one_at_a_time(session: AsyncSession) -> asyncio.Lock:
    """A lock for creating in this session, which tasks of one test may ask for at once."""
    lock: asyncio.Lock = session.sync_session.info.setdefault("factoryfloor.lock", asyncio.Lock())
    return lock
