"""Starting a keeper, and hearing whether it succeeded."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from factoryfloor.errors import ServerUnreachableError

from .account import is_root

if TYPE_CHECKING:
    from .account import Account
    from .keeper.job import Job

LOG_FILE = "keeper.log"
LOG_TAIL = 2000  # bytes
TIMEOUT = 120.0  # the keeper gives up earlier, and says more
INHERITED = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); from keeper.main import main; main()"


def launch(job: Job, account: Account) -> None:
    """Start a keeper and return once its server is ready, or raise with the end of its log."""
    log = _open_log(Path(job.folder), account)
    heard, told = os.pipe()
    try:
        try:
            _spawn(job._replace(ready=told), log)
        finally:
            os.close(told)
        if _hear(heard) != b"ready":
            raise ServerUnreachableError(
                f"The embedded PostgreSQL {job.version} did not start:\n{_tail(log)}\n"
                "If the cause is not clear, set TEST_DATABASE_URL to a server of your own."
            )
    finally:
        os.close(heard)
        os.close(log)


def _open_log(folder: Path, account: Account) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW
    log = os.open(folder / LOG_FILE, flags, 0o600)
    if is_root():
        os.fchown(log, account.uid, account.gid)
    return log


def _spawn(job: Job, log: int) -> None:
    # isolated and without site: the keeper needs nothing that is installed
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(Path(__file__).parent)]
    try:
        starter = subprocess.Popen(
            [*command, job.to_json()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={name: os.environ[name] for name in INHERITED if name in os.environ},
            pass_fds=(job.door, job.ready),
            start_new_session=True,
        )
    except OSError as error:
        raise ServerUnreachableError(
            f"Python could not be started to keep the embedded PostgreSQL: {error}. "
            "Mend the installation, or set TEST_DATABASE_URL to a server of your own."
        ) from error
    starter.wait()  # it forks the keeper and ends


def _hear(pipe: int) -> bytes:
    """What the keeper says, or nothing if it has ended."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        return os.read(pipe, 16) if selector.select(TIMEOUT) else b""


def _tail(log: int) -> str:
    size = os.fstat(log).st_size
    tail = os.pread(log, LOG_TAIL, max(0, size - LOG_TAIL))
    return tail.decode(errors="replace").strip() or "its log is empty"
