"""A keeper's life: start the server, say so, watch, leave no trace."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from .cluster import copy_cluster, fresh_cluster
from .folders import remove_folder
from .homes import home_for, sweep
from .job import Job, Status
from .locks import is_of, unlock
from .postmaster import Postmaster, socket_path
from .watch import Watch


def main() -> None:
    """Keep the server that the command line describes."""
    job = Job.from_json(sys.argv[1])
    if os.fork():
        os._exit(0)  # the starter waits for this process, not for the keeper
    for each in (job.door, job.ready):
        os.set_inheritable(each, False)  # the children's would keep them open
    os.chdir("/")
    os.umask(0o077)
    if os.geteuid() == 0:
        _become(job.uid, job.gid)
    keep(job)


def _become(uid: int, gid: int) -> None:
    try:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    except OSError as error:
        sys.exit(
            f"root cannot run PostgreSQL, and changing to user id {uid} failed: {error}. "
            "Run as another user, or set TEST_DATABASE_URL to a server of your own."
        )


def keep(job: Job) -> None:
    """Run the server until it is idle for long, is told to end, or dies."""
    folder = Path(job.folder)
    watch = Watch(folder, job.door, job.idle_timeout)
    with contextlib.ExitStack() as leaving:
        leaving.callback(_remove, folder, job.door)
        sweep(job.owner)
        for left in (socket_path(folder), Path(f"{socket_path(folder)}.lock")):
            left.unlink(missing_ok=True)
        home = leaving.enter_context(home_for(job.owner))
        server = _started(job, home)
        leaving.callback(server.stop)
        Status(os.getpid(), server.pid, home).write(folder)
        os.write(job.ready, b"ready")
        os.close(job.ready)
        unlock(job.door)
        watch.until_over(server)


def _started(job: Job, home: Path) -> Postmaster:
    cached = Path(job.cluster)
    data = copy_cluster(fresh_cluster(Path(job.programs), cached), home)
    server = Postmaster(Path(job.programs), data, Path(job.folder))
    try:
        server.wait_until_ready()
    except BaseException:
        server.stop()
        # the copied data may be what is damaged
        remove_folder(cached)
        raise
    return server


def _remove(folder: Path, door: int) -> None:
    """Remove the keeper's folder, and the user's if no other keeper is in it."""
    if is_of(door, folder):
        remove_folder(folder)
        with contextlib.suppress(OSError):
            folder.parent.rmdir()
