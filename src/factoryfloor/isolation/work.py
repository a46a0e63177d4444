"""Which piece of work some code belongs to: a request, a thread, a job of a pool."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

_ATTRIBUTE: Final = "factoryfloor_work"

current_work: ContextVar[Work | None] = ContextVar("factoryfloor_work", default=None)
"""The request or job that is being carried out here, in whichever thread or task."""


@dataclass(eq=False)
class Epoch:
    """One test, or the time between two; `label` names the test."""

    label: str = ""


@dataclass(eq=False)
class Work:
    """What runs in order and on its own.

    `epoch` is the test in which it began, None for what began outside of tests and may go on in
    any; `parent` is what started it, and may be waiting for its end.
    """

    label: str
    epoch: Epoch | None = None
    parent: Work | None = None

    def __str__(self) -> str:
        request = next((one for one in self.ancestors() if isinstance(one, Request)), None)
        return f"{self.label} of {request.label}" if request else self.label

    def ancestors(self) -> list[Work]:
        """What started it, what started that, and so on."""
        found, each = [], self.parent
        while each is not None:
            found.append(each)
            each = each.parent
        return found


class Request(Work):
    """One HTTP request or websocket; `epoch` is the test in which it first used the database."""


def current_owner() -> Work:
    """The request or job that is being carried out here, else this thread."""
    return current_work.get() or work_of(threading.current_thread())


def work_of(thread: threading.Thread) -> Work:
    """The thread as a piece of work of its own."""
    known: Work | None = vars(thread).get(_ATTRIBUTE)
    if known is None:
        known = Work(thread.name)
        assign(thread, known)
    return known


def assign(thread: threading.Thread, work: Work) -> None:
    """Say what the thread carries out."""
    vars(thread)[_ATTRIBUTE] = work
