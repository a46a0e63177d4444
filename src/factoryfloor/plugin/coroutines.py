"""Coroutines finished from synchronous fixtures, whatever runs the loop, or none does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns, its steps taken one after the other without a loop.

    It may give way (`asyncio.sleep(0)`) but must not wait for a future: the connections of a test
    never do where no loop runs, so a session on them can be closed from here.
    """
    while True:
        try:
            waited_for = coroutine.send(None)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if waited_for is not None:
            coroutine.close()
            raise RuntimeError(f"{coroutine!r} waits for {waited_for!r}, which needs its loop")
