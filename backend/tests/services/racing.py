"""Two people at once: one comes while the other has not committed yet."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import SessionLocal

Deed: TypeAlias = Callable[[Session], object]

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def meet(first: Deed, second: Deed, meanwhile: Deed | None = None) -> BaseException | None:
    """What refused the second, who had to wait until the first committed; None if nothing did.

    Each has a session of its own and commits, and so has who acts while the second waits.
    `AssertionError` if the second did not wait.
    """
    with ThreadPoolExecutor(1) as pool, SessionLocal() as session:
        first(session)
        late = pool.submit(_do_and_commit, second)
        _require_waiting(late)
        if meanwhile is not None:
            _do_and_commit(meanwhile)
        session.commit()
        return late.exception()


def _do_and_commit(deed: Deed) -> None:
    with SessionLocal() as session:
        deed(session)
        session.commit()


def _require_waiting(late: Future[None]) -> None:
    with SessionLocal() as watcher:
        while not watcher.scalar(WAITING):
            watcher.rollback()  # activity is shown as it was when the transaction began
            if late.done():
                raise AssertionError("the second did not wait for the first") from late.exception()
            time.sleep(0.005)
