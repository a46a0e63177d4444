"""Servers of a test's own: another runtime folder, hence another keeper."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

import factoryfloor
from factoryfloor.server import EmbeddedServer
from factoryfloor.server.account import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@pytest.fixture
def own_server(runtime: Path) -> Iterator[EmbeddedServer]:
    """A server that runs for this test only, and does not leave by itself."""
    found = EmbeddedServer()
    found.ensure()
    yield found
    found.stop()


@pytest.fixture
def ended() -> Callable[..., None]:
    """A function that returns when none of the processes given to it runs any more."""

    def wait(*pids: int) -> None:
        ps = ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))]
        for _ in range(2000):
            states = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.split()
            if all(state.startswith("Z") for state in states):  # a zombie waits for its parent
                return
            time.sleep(0.01)
        pytest.fail(f"still running after a long wait: {pids}")

    return wait


@pytest.fixture
def start_as(runtime: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a Python script as another account, with these variables beside the runtime folder."""
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    started: list[subprocess.Popen[str]] = []

    def start(
        account: Account, script: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        given = {"PATH": os.environ["PATH"], "FACTORYFLOOR_RUNTIME_DIR": str(runtime)}
        process = subprocess.Popen(
            [python_for(account), "-c", script],
            env={**given, "PYTHONPATH": packages_for(account), **(environment or {})},
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for each in started:
        each.kill()
        each.communicate()


@pytest.fixture
def run_as(
    start_as: Callable[..., subprocess.Popen[str]],
) -> Callable[..., tuple[str, str]]:
    """The same to its end: what the script wrote to its output, and as errors."""

    def run(*arguments: object) -> tuple[str, str]:
        said, complained = start_as(*arguments).communicate()
        return said.strip(), complained

    return run


@pytest.fixture
def nobody() -> Account:
    """The account that root runs servers as."""
    return account_named("nobody")


@pytest.fixture
def somebody() -> Account:
    """Another account without rights."""
    return account_named("daemon")


def account_named(name: str) -> Account:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        pytest.skip(f"this machine has no account {name}")
    return Account(found.pw_uid, found.pw_gid)


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
