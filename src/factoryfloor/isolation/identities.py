"""Which request of the application a piece of code serves."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send


@dataclass(eq=False)
class Request:
    """One HTTP request or websocket; `epoch` is the test in which it first used the database."""

    label: str
    epoch: int | None = None


@dataclass(frozen=True)
class Thread:
    """Code outside requests: what one thread does is in order."""

    ident: int
    label: str


_current: ContextVar[Request | None] = ContextVar("factoryfloor_request", default=None)


def current_owner() -> Request | Thread:
    """The request that is being served here, else this thread."""
    found = _current.get()
    if found is not None:
        return found
    thread = threading.current_thread()
    return Thread(threading.get_ident(), thread.name)


def identify_requests() -> Callable[[], None]:
    """Give each request to a Starlette application an identity; returns the undo.

    Its tasks, background tasks and worker threads inherit the identity, mounted applications keep
    that of the outermost. Without Starlette there is nothing to do.
    """
    try:
        from starlette.applications import Starlette
    except ImportError:
        return lambda: None
    plain = Starlette.__call__

    async def identified(self: Starlette, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or _current.get() is not None:
            return await plain(self, scope, receive, send)
        token = _current.set(Request(f"{scope.get('method', 'websocket')} {scope['path']}"))
        try:
            await plain(self, scope, receive, send)
        finally:
            _current.reset(token)

    def undo() -> None:
        setattr(Starlette, "__call__", plain)  # noqa: B010 - mypy refuses a method's assignment

    setattr(Starlette, "__call__", identified)  # noqa: B010 - the same
    return undo
