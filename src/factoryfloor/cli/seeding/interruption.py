"""SIGTERM and SIGHUP end a command as Ctrl-C does: what it began is undone first."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Terminated(KeyboardInterrupt):
    """The process was asked to end; `number` is the signal's.

    A KeyboardInterrupt, because psycopg then cancels the statement that it waits for.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Within the block, `Terminated` is raised where the process is asked to end."""

    def end(number: int, _frame: object) -> None:
        raise Terminated(number)

    hangup = getattr(signal, "SIGHUP", signal.SIGTERM)  # Windows has none
    before = {number: signal.signal(number, end) for number in {signal.SIGTERM, hangup}}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
