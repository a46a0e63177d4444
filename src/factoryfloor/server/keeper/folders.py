"""Folders made and removed, without the slow imports of tempfile and shutil."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from .children import Child

USUAL = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108 - only folders of random name are made there


def make_folder(parent: Path, prefix: str) -> Path:
    """A new folder in this one, for its owner alone."""
    while True:
        folder = parent / f"{prefix}{os.urandom(4).hex()}"
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that is allowed."""
    Child(["rm", "-rf", "--", folder]).wait()


def temporary_folder() -> Path:
    """Where temporary files go: what the environment says, if it can be used."""
    given = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    for each in (*filter(None, given), *USUAL):
        if os.access(each, os.W_OK | os.X_OK):
            return Path(each).absolute()
    return Path("/")
