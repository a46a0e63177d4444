"""The system account that the embedded server runs as: one's own, but never root."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factoryfloor.errors import ServerUnreachableError

if sys.platform != "win32":
    import pwd

if TYPE_CHECKING:
    from pathlib import Path

UNPRIVILEGED = ("nobody", "postgres")


@dataclass(frozen=True)
class Account:
    """A user and group of the system."""

    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether the folder and all above it let this account pass."""
        try:
            return all(self._passes(each.stat()) for each in (folder, *folder.parents))
        except OSError:
            return False

    def _passes(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """The account for the server: PostgreSQL refuses to run as root."""
    if not is_root():
        return Account(os.geteuid(), os.getegid())
    for name in UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise ServerUnreachableError(
        "PostgreSQL does not run as root, and there is no account named "
        f"{' or '.join(UNPRIVILEGED)} to run it as. Make one, run as another user, "
        "or set TEST_DATABASE_URL to a server of your own."
    )


def is_root() -> bool:
    """Whether this process has root's rights."""
    return os.geteuid() == 0
