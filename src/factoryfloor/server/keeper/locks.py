"""Locks on folders: held by a process, gone with it, whatever ends it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def open_folder(folder: Path) -> int:
    """A descriptor of the folder, as locks need it."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def acquire(folder: Path, *, shared: bool = False) -> int:
    """The descriptor of a lock on the folder, once nobody else holds it.

    Raises FileNotFoundError if the folder is gone, or has been replaced while waiting.
    """
    descriptor = open_folder(folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        if not is_of(descriptor, folder):
            raise FileNotFoundError(folder)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_of(descriptor: int, folder: Path) -> bool:
    """Whether the descriptor is that of the folder which now has this path."""
    try:
        return os.path.samestat(os.fstat(descriptor), folder.stat())
    except FileNotFoundError:
        return False


def lock(descriptor: int) -> None:
    """Take the lock again that `unlock` gave up."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def unlock(descriptor: int) -> None:
    """Give the lock up for all that share it, such as forked children, and keep the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def release(descriptor: int) -> None:
    """Give the lock up, and the descriptor."""
    unlock(descriptor)
    os.close(descriptor)


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the folder's lock in the block."""
    descriptor = acquire(folder, shared=shared)
    try:
        yield
    finally:
        release(descriptor)


def try_acquire(folder: Path) -> int | None:
    """The descriptor of a lock on the folder, or None if somebody holds one."""
    descriptor = open_folder(folder)
    if try_lock(descriptor):
        return descriptor
    os.close(descriptor)
    return None


def try_lock(descriptor: int) -> bool:
    """Take the lock if nobody holds it, and tell whether it was taken."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(folder: Path) -> bool:
    """Whether somebody holds the folder's lock alone."""
    try:
        descriptor = open_folder(folder)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
