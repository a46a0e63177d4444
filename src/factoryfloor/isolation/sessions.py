"""The test's own sessions, which commit when another transaction begins."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import InvalidRequestError

from factoryfloor.errors import IsolationError

from .virtual import VirtualBase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from .pinned import PinnedConnection
    from .separate import SeparateConnections
    from .transaction import VirtualTransaction

_KEY = "factoryfloor.tracked"  # in `Session.info`
_PATIENCE = 1.0  # seconds for a loop that may be blocked by the very code that waits


class TrackedSession:
    """A test's own session: its changes are committed before another transaction begins."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ended = False  # what is rolled back now, its fixture rolls back
        self._lock = threading.Lock()
        self._settled_by: int | None = None  # the thread that commits it now
        self._begun_on: Connection | None = None

    @property
    def idle(self) -> bool:
        """Whether it is amid no flush, whose statements belong together."""
        return not self.session._flushing and self._settled_by is None

    def begun(self, connection: Connection) -> None:
        """Mark the virtual transaction that the session has begun."""
        self._begun_on = connection
        driver = self.connection
        if isinstance(driver, VirtualBase):
            driver.virtual.tracked = self

    @property
    def connection(self) -> object:
        """The driver's connection, while the session's transaction is open."""
        held = self._begun_on
        # another thread may close it meanwhile, or the server have ended it
        with contextlib.suppress(InvalidRequestError):
            if held is not None and not (held.closed or held.invalidated):
                return held.connection.driver_connection
        return None

    def settle(self, other: VirtualTransaction) -> bool:
        """Commit, for another transaction begins on the pinned connection.

        Tells whether that is done; else another thread is at it.
        """
        if other.tracked is self or self._settled_by == threading.get_ident():
            return True
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self.commit()
        finally:
            self._lock.release()
        return True

    def commit(self) -> None:
        """Commit, or inside a `begin()` block, which would be closed by that, only flush."""
        if not self._has_to_commit():
            return
        with self._committing():
            self.session.flush() if self._in_block() else self.session.commit()
            self.session.expire_all()

    async def commit_async(self) -> None:
        """The same where it needs an event loop: this session needs none."""

    def discard(self) -> None:
        """Give up what is not committed, for the database of the test is replaced."""
        self.session.rollback()
        self.session.expire_all()

    def suspended(self) -> None:
        """What it wrote is committed and others may change it: expire its objects."""
        self.session.expire_all()

    @contextlib.contextmanager
    def _committing(self) -> Iterator[None]:
        """An error within is the test's, and not of whoever begins."""
        self._settled_by = threading.get_ident()
        try:
            yield
        except InvalidRequestError:
            pass  # another thread uses the session just now
        except Exception as error:
            raise IsolationError(
                f"the test's session could not be committed before another transaction began:"
                f" {error}"
            ) from error
        finally:
            self._settled_by = None

    def _has_to_commit(self) -> bool:
        return self.idle and self.session.in_transaction() and self.session.is_active

    def _in_block(self) -> bool:
        session = self.session
        return bool(session._trans_context_manager) or session.in_nested_transaction()


class TrackedAsyncSession(TrackedSession):
    """An async session; on a pinned connection it is only suspended, with what it has flushed."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session.sync_session)
        self._asynchronous = session
        self._loop: asyncio.AbstractEventLoop | None = None
        self._committed: asyncio.Event | None = None

    def begun(self, connection: Connection) -> None:
        """Mark the virtual transaction, and remember the loop."""
        super().begun(connection)
        self._loop = asyncio.get_running_loop()

    def settle(self, _other: VirtualTransaction) -> bool:
        """Nothing to do: the pinned connection hands on what it has flushed."""
        return True

    def commit(self) -> None:
        """Commit on its own loop, unless this very thread blocks that."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            if self._loop is not None and self._loop.is_running() and self._has_to_commit():
                future = asyncio.run_coroutine_threadsafe(self.commit_async(), self._loop)
                with contextlib.suppress(TimeoutError):
                    future.result(_PATIENCE)
                future.cancel()

    async def commit_async(self) -> None:
        """Commit, called on its own loop; whoever comes meanwhile waits for it."""
        if self._loop is not asyncio.get_running_loop():
            return
        if self._committed is not None:
            await self._committed.wait()
        elif self._has_to_commit():
            session, self._committed = self._asynchronous, asyncio.Event()
            try:
                with self._committing():
                    await (session.flush() if self._in_block() else session.commit())
            finally:
                self._committed.set()
                self._committed = None

    def discard(self) -> None:
        """End its transaction; only its own loop can do that."""
        self.commit()

    def suspended(self) -> None:
        """Its objects expire only as they do at a commit of its own."""
        if self.session.expire_on_commit:
            self.session.expire_all()


def begun(session: Session, _transaction: Any, connection: Connection) -> None:
    """What SQLAlchemy calls when any session begins on a connection."""
    tracked = session.info.get(_KEY)
    if tracked is not None:
        tracked.begun(connection)


def track(floor: PinnedConnection | SeparateConnections, session: Session) -> Callable[[], None]:
    """Treat this as the test's own session; returns the undo.

    It commits, and its objects expire, when another transaction begins.
    """
    return _track(floor, TrackedSession(session))


def track_async(
    floor: PinnedConnection | SeparateConnections, session: AsyncSession
) -> Callable[[], None]:
    """The same for an async session, whose objects expire only with `expire_on_commit`.

    What it has flushed is committed when another transaction begins; what it has only added is
    not yet seen by others.
    """
    return _track(floor, TrackedAsyncSession(session))


def _track(
    floor: PinnedConnection | SeparateConnections, tracked: TrackedSession
) -> Callable[[], None]:
    tracked.session.info[_KEY] = tracked
    floor.tracked.append(tracked)

    def undo() -> None:
        tracked.ended = True
        floor.tracked.remove(tracked)
        tracked.session.info.pop(_KEY, None)

    return undo
