"""Requests, threads and jobs of pools are told apart, and know the test in which they began."""

from __future__ import annotations

import threading
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import thread as pools
from typing import TYPE_CHECKING, Any

from .work import Request, Work, assign, current_owner, current_work

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from starlette.types import Receive, Scope, Send

    from .work import Epoch

# what is submitted to these, from Python 3.14 on, runs elsewhere
_INTERPRETERS = getattr(futures, "InterpreterPoolExecutor", ())


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
        if scope["type"] not in ("http", "websocket") or isinstance(current_work.get(), Request):
            return await plain(self, scope, receive, send)
        token = current_work.set(Request(f"{scope.get('method', 'websocket')} {scope['path']}"))
        try:
            await plain(self, scope, receive, send)
        finally:
            current_work.reset(token)

    return _replaced(Starlette, "__call__", identified)


def identify_threads(epoch: Callable[[], Epoch | None]) -> Callable[[], None]:
    """Have threads and jobs of pools know what started them, and in which test; returns the undo.

    `epoch` gives the test that is running, None between tests: what is started then may go on in
    any test.
    """
    plain_start, plain_submit = threading.Thread.start, ThreadPoolExecutor.submit

    def start(self: threading.Thread) -> None:
        now = epoch()
        if now is not None and not _is_of_a_pool(self):
            assign(self, Work(self.name, now, current_owner()))
        plain_start(self)

    def submit(
        self: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        now = epoch()
        if now is not None and not isinstance(self, _INTERPRETERS):
            function = _as_work(function, Work("a job", now, current_owner()))
        return plain_submit(self, function, *args, **kwargs)

    undo_start = _replaced(threading.Thread, "start", start)
    undo_submit = _replaced(ThreadPoolExecutor, "submit", submit)

    def undo() -> None:
        undo_start()
        undo_submit()

    return undo


def _is_of_a_pool(thread: threading.Thread) -> bool:
    """Whether the thread will carry out the work of others, one after the other."""
    target = getattr(thread, "_target", None)
    if target is pools._worker or getattr(target, "__module__", "") == "multiprocessing.pool":
        return True
    return type(thread).__module__.startswith("anyio.")


def _as_work(function: Callable[..., Any], work: Work) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        token = current_work.set(work)
        try:
            return function(*args, **kwargs)
        finally:
            current_work.reset(token)

    return run


def _replaced(owner: type, name: str, replacement: Callable[..., Any]) -> Callable[[], None]:
    """Put the replacement in the place of a method; returns the undo."""
    plain = getattr(owner, name)
    setattr(owner, name, replacement)
    return lambda: setattr(owner, name, plain)
