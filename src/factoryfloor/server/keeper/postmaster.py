"""The server process: started as a child, watched until it is ready, stopped."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from .children import Child
from .lockfile import LockFile

try:  # now: after leaving root's rights, the library may be out of reach
    import ctypes
except ImportError:  # a Python built without libffi
    ctypes = None  # type: ignore[assignment]  # mypy takes it for always there

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = {
    # nothing here has to survive a crash of the machine
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",  # it may lie in memory
    # test data is never vacuumed, and a plan should not change while a test runs
    "autovacuum": "off",
    "jit": "off",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "400",
    "shared_buffers": "128MB",
    # a killed client's statement ends soon, with its locks, and is not counted as a client
    "client_connection_check_interval": "1s",
    # in the data directory, so that a killed server leaves nothing in /dev/shm
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # what the server says about itself; errors of statements are the clients' affair
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
START_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0
PR_SET_PDEATHSIG = 1


class Postmaster:
    """A running `postgres`."""

    def __init__(self, programs: Path, data: Path, folder: Path) -> None:
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command: list[str | Path] = [programs / "bin" / "postgres", "-D", data, "-k", folder]
        self._data = data
        self._process = Child([*command, *settings], prepare=_follower())
        self.pid = self._process.pid

    def wait_until_ready(self) -> None:
        """Return once clients are served; exit with a message if that does not happen."""
        deadline = time.monotonic() + START_TIMEOUT
        while not self._ready():
            if not self.alive():
                sys.exit("PostgreSQL ended while starting")
            if time.monotonic() > deadline:
                sys.exit(f"PostgreSQL was not ready after {START_TIMEOUT:.0f} s")
            time.sleep(0.001)

    def _ready(self) -> bool:
        found = LockFile.read(self._data)
        return found is not None and found.ready

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.running()

    def stop(self) -> None:
        """Shut down: disconnect the clients, then the server, by force if it takes long."""
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self._process.send(how)
            if self._process.ends_within(STOP_TIMEOUT):
                return


def socket_path(folder: Path) -> Path:
    """Where PostgreSQL puts its socket for port 5432."""
    return folder / ".s.PGSQL.5432"


def _follower() -> Callable[[], None] | None:
    """What makes a child process end with this one, where the system can (Linux)."""
    if os.uname().sysname != "Linux" or ctypes is None:
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def follow() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != parent:  # it died before the request
            os._exit(1)

    return follow
