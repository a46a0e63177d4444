"""Folders for servers' data: one for each, none left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .children import Child
from .folders import make_folder, remove_folder, temporary_folder
from .lockfile import LockFile
from .locks import locked, try_acquire

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of random name and mode 0700 is made in it
LEFT = "-left"
ROOM = 512 * 1024 * 1024


@contextlib.contextmanager
def home_for(owner: int) -> Iterator[Path]:
    """A folder for a server's data, locked while it is in use, removed afterwards."""
    parent = _roomy_folder()
    draft = make_folder(parent, "factoryfloor-new-")
    with locked(draft):
        # only now does it get a name that `sweep` looks at
        home = draft.rename(parent / draft.name.replace("new", str(owner), 1))
        try:
            yield home
        finally:
            _remove(home)


def _roomy_folder() -> Path:
    if os.access(SHARED_MEMORY, os.W_OK | os.X_OK):
        found = os.statvfs(SHARED_MEMORY)
        if found.f_bavail * found.f_frsize >= ROOM:
            return SHARED_MEMORY
    return temporary_folder()


def sweep(owner: int) -> None:
    """Remove what keepers of this user left behind when they were killed."""
    for parent in {SHARED_MEMORY, temporary_folder()}:
        for home in parent.glob(f"factoryfloor-{owner}-*"):
            with contextlib.suppress(OSError):
                _remove_if_left(home)


def _remove_if_left(home: Path) -> None:
    if home.stat().st_uid != os.geteuid():
        return
    lock = try_acquire(home)
    if lock is not None:
        # under its own name a locked home would mean that its keeper lives
        name = home.name.removesuffix(LEFT)
        left = home.rename(home.with_name(f"{name}{LEFT}"))
        _end_orphan(left, home.with_name(name) / "data")
        _remove(left)
        os.close(lock)


def _end_orphan(left: Path, started_on: Path) -> None:
    """End a server that outlived its keeper, and wait until it is gone."""
    found = LockFile.read(left / "data")
    for _ in range(500):
        if found is None or str(started_on) not in _command_line(found.pid):
            return
        os.kill(found.pid, signal.SIGQUIT)
        time.sleep(0.01)


def _remove(home: Path) -> None:
    found = LockFile.read(home / "data")
    if found is not None and found.memory:
        # the server could not shut down, and has left some bytes of System V memory
        Child(["ipcrm", "-m", found.memory]).wait()
    remove_folder(home)


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():  # Linux, where a container may have no ps
        with contextlib.suppress(FileNotFoundError):
            return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
        return ""
    with os.popen(f"ps -o command= -p {pid}") as found:  # noqa: S605 - a number; wherever ps is
        return found.read()
