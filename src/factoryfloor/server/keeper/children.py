"""Child processes by bare system calls: to import subprocess takes longer than to start them."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NOT_STARTED = 127  # as a shell says it
PAUSE = 0.005


class Child:
    """A program started as a child of this process, which must have one thread.

    It shares standard output and errors. `prepare` is called in it before the program begins.
    """

    def __init__(
        self, command: Sequence[str | Path], prepare: Callable[[], object] | None = None
    ) -> None:
        self._code: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _run(command, prepare)

    def running(self) -> bool:
        """Whether it has not ended."""
        if self._code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code is None

    def wait(self) -> int:
        """Its exit code, once it has ended; negative if a signal ended it."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code

    def ends_within(self, seconds: float) -> bool:
        """Whether it ends in this time."""
        deadline = time.monotonic() + seconds
        while self.running():
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE)
        return True

    def send(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.running():
            os.kill(self.pid, number)


def _run(command: Sequence[str | Path], prepare: Callable[[], object] | None) -> None:
    """Become the program, in a process just forked."""
    try:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
        if prepare is not None:
            prepare()
        os.execvp(command[0], [str(each) for each in command])  # noqa: S606 - no shell is wanted
    except BaseException as error:
        os.write(2, f"{command[0]} did not start: {error}\n".encode())
    finally:
        os._exit(NOT_STARTED)
