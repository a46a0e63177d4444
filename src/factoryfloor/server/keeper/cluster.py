"""A fresh data directory: made once by initdb, kept, and copied for each server."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
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
        draft = Path(tempfile.mkdtemp(prefix=".new-", dir=cached.parent))
        _initdb(programs, draft)
        try:
            draft.rename(cached)
        except OSError:  # another keeper was faster
            shutil.rmtree(draft)
        prune(cached.parent)
    return cached


def prune(cache: Path) -> None:
    """Remove what has not been used for long, such as what belongs to programs of old."""
    for each in cache.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - each.stat().st_mtime > KEPT:
                shutil.rmtree(each)


def _initdb(programs: Path, data: Path) -> None:
    for locale in LOCALES:
        command = [str(programs / "bin" / "initdb"), *INITDB, f"--locale={locale}", str(data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    shutil.rmtree(data)
    message = f"initdb failed: {done.stderr.strip()}"
    if "user" in done.stderr and "does not exist" in done.stderr:
        message += (
            f"\nThe user id {os.geteuid()} has no entry in /etc/passwd: "
            "give it one, or set TEST_DATABASE_URL to a server of your own."
        )
    sys.exit(message)


def copy_cluster(cached: Path, home: Path) -> Path:
    """A copy of the fresh data directory in a server's home."""
    data = home / "data"
    # several times faster than shutil.copytree, which shows: it is half of a server's start
    subprocess.run(["cp", "-R", cached, data], check=True)  # noqa: S607 - wherever cp is
    return data
