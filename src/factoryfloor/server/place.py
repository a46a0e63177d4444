"""The folder of an embedded server: its socket, log and lock, gone when it leaves."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from factoryfloor.errors import ServerUnreachableError

from .account import is_root
from .keeper.postmaster import socket_path

if TYPE_CHECKING:
    from .account import Account

VARIABLE = "FACTORYFLOOR_RUNTIME_DIR"
SOCKET_PATH_LIMIT = 104  # bytes in sockaddr_un with its closing zero: on macOS; Linux has 108


def runtime_folder(account: Account, name: str) -> Path:
    """The folder for a server's socket, under one of the user's own; not made yet."""
    tried = []
    for parent in _parents():
        folder = parent.resolve() / f"factoryfloor-{os.geteuid()}" / name
        if _usable(parent.resolve(), account) and _short(folder):
            return folder
        tried.append(str(parent))
    raise ServerUnreachableError(
        f"No folder serves for the embedded server's socket (tried {', '.join(tried)}): it must "
        "be writable, reachable by the account that runs the server, and its path short. "
        f"Set {VARIABLE} to such a folder, or TEST_DATABASE_URL to a server of your own."
    )


def _parents() -> list[Path]:
    given = os.environ.get(VARIABLE)
    if given:
        return [Path(given)]
    # root's is closed to the account that runs the server
    session = None if is_root() else os.environ.get("XDG_RUNTIME_DIR")
    return [Path(each) for each in (session, tempfile.gettempdir(), "/tmp") if each]  # noqa: S108 - the folder in it has mode 0700


def _usable(parent: Path, account: Account) -> bool:
    return os.access(parent, os.W_OK | os.X_OK) and account.can_enter(parent)


def _short(folder: Path) -> bool:
    return len(os.fsencode(socket_path(folder))) < SOCKET_PATH_LIMIT


def make_runtime_folder(folder: Path, account: Account) -> None:
    """Make a server's folder and the user's around it, for nobody but them."""
    for each in (folder.parent, folder):
        with suppress(FileExistsError):
            each.mkdir(mode=0o700)
        found = each.lstat()
        if is_root() and found.st_uid == 0:
            os.chown(each, account.uid, account.gid, follow_symlinks=False)
        elif not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise ServerUnreachableError(
                f"{each} belongs to somebody else, so the embedded server cannot use it. Remove "
                f"it, set {VARIABLE} to another folder, or TEST_DATABASE_URL to a server of your "
                "own."
            )
