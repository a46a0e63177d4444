"""A fresh data directory: made once by initdb, kept, and copied for each server."""

from __future__ import annotations

import contextlib
import os
import pwd
import sys
import time
from typing import TYPE_CHECKING

from .children import Child
from .folders import make_folder, remove_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
LOCALES = ("C.UTF-8", "C")
KEPT = 30 * 24 * 3600  # seconds


def fresh_cluster(programs: Path, cached: Path) -> Path:
    """The data directory as initdb makes it, made only if no earlier keeper has."""
    if cached.is_dir():
        cached.touch()
    else:
        cached.parent.mkdir(parents=True, exist_ok=True)
        draft = make_folder(cached.parent, ".new-")
        _initdb(programs, draft)
        try:
            draft.rename(cached)
        except OSError:  # another keeper was faster
            remove_folder(draft)
        prune(cached.parent, remove_folder)
    return cached


def prune(cache: Path, remove: Callable[[Path], object]) -> None:
    """Remove what has not been used for long, such as what belongs to programs of old."""
    for each in cache.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - each.stat().st_mtime > KEPT:
                remove(each)


def _initdb(programs: Path, data: Path) -> None:
    for locale in LOCALES:
        options = [*INITDB, f"--locale={locale}"]
        if Child([programs / "bin" / "initdb", *options, data], prepare=_quieten).wait() == 0:
            return
    remove_folder(data)
    sys.exit(f"initdb failed.{_known_cause()}")


def _quieten() -> None:
    """Let a child say nothing but its errors."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _known_cause() -> str:
    with contextlib.suppress(KeyError):
        pwd.getpwuid(os.geteuid())
        return ""
    return (
        f"\nThe user id {os.geteuid()} has no entry in /etc/passwd: "
        "give it one, or set TEST_DATABASE_URL to a server of your own."
    )


def copy_cluster(cached: Path, home: Path) -> Path:
    """A copy of the fresh data directory in a server's home."""
    data = home / "data"
    # several times faster than shutil.copytree, which shows: it is half of a server's start
    if Child(["cp", "-R", cached, data]).wait():
        sys.exit(f"the fresh data directory {cached} could not be copied to {home}")
    return data
