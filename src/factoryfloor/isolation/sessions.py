"""The test's own sessions, which commit when another transaction begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError

from factoryfloor.errors import IsolationError

from .virtual import VirtualBase

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from .pinned import PinnedConnection
    from .transaction import VirtualTransaction


class TrackedSession:
    """A test's own session: its changes are committed before another transaction begins."""

    def __init__(self, session: Session, *, asynchronous: bool) -> None:
        self.session = session
        self.ended = False  # what is rolled back now, its fixture rolls back
        self._asynchronous = asynchronous
        self._settling = False

    @property
    def idle(self) -> bool:
        """Whether it is amid no flush, whose statements belong together."""
        return not self.session._flushing and not self._settling

    def begun(self, _session: Session, _transaction: Any, connection: Connection) -> None:
        """Mark the virtual transaction that the session has begun."""
        driver = connection.connection.driver_connection
        if isinstance(driver, VirtualBase):
            driver.virtual.tracked = self

    def settle(self, other: VirtualTransaction) -> None:
        """Commit, for another transaction begins; an async session can only be suspended."""
        session = self.session
        if self._asynchronous or other.tracked is self or not self.idle:
            return
        if not session.in_transaction() or not session.is_active:
            return
        self._settling = True
        try:
            self._commit()
        except InvalidRequestError:
            pass  # another thread uses the session just now
        except Exception as error:
            raise IsolationError(
                f"the test's session could not be committed before another transaction began:"
                f" {error}"
            ) from error
        finally:
            self._settling = False

    def suspended(self) -> None:
        """What it wrote is committed and others may change it: expire its objects."""
        if not self._asynchronous or self.session.expire_on_commit:
            self.session.expire_all()

    def _commit(self) -> None:
        """Commit, or inside a `begin()` block, which would be closed by that, only flush."""
        if self.session._trans_context_manager or self.session.in_nested_transaction():
            self.session.flush()
        else:
            self.session.commit()
        self.session.expire_all()


def track(pinned: PinnedConnection, session: Session) -> Callable[[], None]:
    """Treat this as the test's own session; returns the undo.

    It commits, and its objects expire, when another transaction begins.
    """
    return _track(pinned, TrackedSession(session, asynchronous=False))


def track_async(pinned: PinnedConnection, session: AsyncSession) -> Callable[[], None]:
    """The same for an async session, whose objects expire only with `expire_on_commit`.

    What it has flushed is committed when another transaction begins; what it has only added is
    not yet seen by others.
    """
    return _track(pinned, TrackedSession(session.sync_session, asynchronous=True))


def _track(pinned: PinnedConnection, tracked: TrackedSession) -> Callable[[], None]:
    event.listen(tracked.session, "after_begin", tracked.begun)
    pinned.turns.tracked.append(tracked)

    def undo() -> None:
        tracked.ended = True
        pinned.turns.tracked.remove(tracked)
        event.remove(tracked.session, "after_begin", tracked.begun)

    return undo
