"""The server that factoryfloor brings along."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from factoryfloor.errors import ServerUnreachableError, SettingsError
from factoryfloor.settings import postgres_in_environment

from .account import server_account
from .address import Address
from .binaries import find_binaries
from .caches import cluster_cache, reachable
from .keeper.cluster import INITDB, LOCALES
from .keeper.job import Job, Status
from .keeper.locks import acquire, is_held, locked, open_folder, release, try_lock, unlock
from .keeper.postmaster import SETTINGS, socket_path
from .launch import launch
from .place import make_runtime_folder, runtime_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 30.0  # seconds for a leaving keeper
PAUSE = 0.01


class EmbeddedServer:
    """A PostgreSQL that all of a user's processes share, and that leaves when it is idle.

    The address is fixed here; `ensure` starts the server or joins it. `binaries` is a folder
    with PostgreSQL's programs. By default the environment chooses, else the wheel's newest serve.
    """

    maintenance = "postgres"
    strategy = "FILE_COPY"

    def __init__(
        self,
        version: int | None = None,
        binaries: Path | None = None,
        idle_timeout: float = 300,
    ) -> None:
        if sys.platform == "win32":
            raise SettingsError(
                "The embedded PostgreSQL runs on Linux and macOS only. "
                "Set TEST_DATABASE_URL to a server of your own."
            )
        if version is None and binaries is None:
            version, binaries = postgres_in_environment()
        self._binaries = find_binaries(version, binaries)
        self._account = server_account()
        self._idle_timeout = idle_timeout
        # the host, for containers that share a folder but not their processes
        digest = _digest(socket.gethostname(), self._binaries.identity, SETTINGS)
        self._folder = runtime_folder(self._account, digest)
        self.address = Address(str(self._folder), 5432, "postgres")

    def describe(self) -> str:
        """The version, and where it answers."""
        return f"embedded PostgreSQL {self._binaries.version} at {self._folder}"

    def ensure(self) -> None:
        """Join the server, or start it if it does not run."""
        for _ in _attempts():
            try:
                make_runtime_folder(self._folder, self._account)
                if self._joined() or self._started():
                    return
            except FileNotFoundError:  # a keeper has just left and removed the folder
                continue
        raise ServerUnreachableError(
            f"The embedded server in {self._folder} neither answers nor leaves. End its keeper "
            f"(process {getattr(self.status(), 'pid', 'unknown')}) and try again."
        )

    def _joined(self) -> bool:
        with locked(self._folder, shared=True):
            return self._answers()

    def _started(self) -> bool:
        lock = acquire(self._folder)
        if self._answers():
            release(lock)
            return True
        if self._keeper_told_to_leave():
            release(lock)
            return False
        try:
            launch(self._job(lock), self._account)
        finally:
            os.close(lock)  # not released: it is the keeper's now
        return True

    def _answers(self) -> bool:
        """Whether the server listens; it then stays for the idle time at least."""
        os.utime(self._folder)
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(socket_path(self._folder)))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return self.running()

    def _keeper_told_to_leave(self) -> bool:
        """Whether a keeper is still there although its server is not."""
        status = self.status()
        if status is not None:
            with suppress(ProcessLookupError):
                os.kill(status.pid, signal.SIGTERM)
        return status is not None

    def _job(self, door: int) -> Job:
        binaries = reachable(self._binaries, self._account, self._folder)
        cache = cluster_cache(self._account, self._folder)
        return Job(
            programs=str(binaries.programs),
            version=binaries.version,
            folder=str(self._folder),
            cluster=str(cache / _digest(binaries.identity, INITDB, LOCALES)),
            owner=os.geteuid(),
            uid=self._account.uid,
            gid=self._account.gid,
            idle_timeout=self._idle_timeout,
            door=door,
            ready=-1,  # the launch has its pipe
        )

    def running(self) -> bool:
        """Whether the server runs; it is not touched by the question."""
        return self.status() is not None

    def status(self) -> Status | None:
        """The running server's processes and data folder, None if it does not run."""
        status = Status.read(self._folder)
        return status if status is not None and is_held(status.data) else None

    def stop(self) -> bool:
        """End the server, whoever uses it, and tell whether it ran."""
        status = self.status()
        if status is None:
            return False
        try:
            door = open_folder(self._folder)
        except FileNotFoundError:  # it has just left
            return True
        try:
            _end_keeper(status, door)
        finally:
            os.close(door)
        return True


def _end_keeper(status: Status, door: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(status.pid, signal.SIGTERM)
    for _ in _attempts():
        # a leaving keeper holds its folder's lock until its very end
        if try_lock(door):
            gone = not is_held(status.data)
            unlock(door)
            if gone:
                return
    raise ServerUnreachableError(
        f"The embedded server does not end: end process {status.pid} yourself."
    )


def _attempts() -> Iterator[None]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        yield
        time.sleep(PAUSE)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
