"""When a keeper's time is over: nobody uses the server, it died, or a signal came."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING

from .clients import Census
from .locks import is_of, lock, unlock

if TYPE_CHECKING:
    from pathlib import Path

    from .postmaster import Postmaster

TICK = 1.0  # seconds
SHORTEST_TICK = 0.05
LONGEST_LOG = 1024 * 1024  # bytes


class Watch:
    """Looks after the use of one server.

    Who starts or joins it locks and touches its folder; `door` is a descriptor of that folder.
    """

    def __init__(self, folder: Path, door: int, idle_timeout: float) -> None:
        self._folder = folder
        self._door = door
        self._idle_timeout = idle_timeout
        self._census = Census(folder)
        self._touched = 0.0
        self._used = time.monotonic()
        self._signals = _signals()

    def until_over(self, server: Postmaster) -> None:
        """Return when the server has to go, with the folder locked: nobody then joins it."""
        tick = min(TICK, max(self._idle_timeout / 2, SHORTEST_TICK))
        while server.alive():
            told = self._signalled(tick)
            _shorten_log()
            if told or self._idle():
                lock(self._door)
                if told or self._idle():
                    return
                unlock(self._door)
        lock(self._door)

    def _signalled(self, timeout: float) -> bool:
        """Wait for a signal, and tell whether it asks to leave."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._signals, selectors.EVENT_READ)
            if not selector.select(timeout):
                return False
        numbers = set(self._signals.recv(64))
        return bool(numbers & {signal.SIGTERM, signal.SIGINT})

    def _idle(self) -> bool:
        if not is_of(self._door, self._folder):  # nobody can find the server any more
            return True
        touched = os.fstat(self._door).st_mtime
        # a server that does not answer is a busy one, or found dead in a moment
        if touched != self._touched or self._census.count() != 0:
            self._touched = touched
            self._used = time.monotonic()
        return time.monotonic() - self._used >= self._idle_timeout


def _shorten_log() -> None:
    """Begin the log anew when it is long, for a server may live for weeks."""
    if os.fstat(sys.stderr.fileno()).st_size > LONGEST_LOG:
        os.ftruncate(sys.stderr.fileno(), 0)


def _signals() -> socket.socket:
    """Where the numbers of the signals that concern a keeper arrive."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.detach())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    return reader
