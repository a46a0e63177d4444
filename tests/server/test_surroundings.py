"""Machines that lack what others have: shared memory, a home, a short path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factoryfloor.server.account import Account

    RunAs = Callable[..., tuple[str, str]]

# a run from end to end: a template, clones, and a query that shares 75 MB among its workers
WHOLE_RUN = """
import json, psycopg
from factoryfloor.databases import Databases
from factoryfloor.server import EmbeddedServer

JOIN = "SELECT count(a.text || b.text) FROM part a JOIN part b USING (id)"
SETTINGS = {
    "parallel_setup_cost": 0, "parallel_tuple_cost": 0, "min_parallel_table_scan_size": 0,
    "work_mem": "'256MB'",
}
ROWS = "SELECT id, repeat('x', 200) AS text FROM generate_series(1, 300000) id"

def build(conninfo):
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE part AS " + ROWS)
        connection.execute("ANALYZE part")

server = EmbeddedServer()
databases = Databases(server)
template = databases.template("0" * 64, "shop", build)
names = [databases.clone(template, f"clone_{number}") for number in range(3)]
with psycopg.connect(server.address.conninfo(names[-1])) as connection:
    for name, value in SETTINGS.items():
        connection.execute(f"SET {name} = {value}")
    (plan,) = connection.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + JOIN).fetchone()
said = {"clones": names, "plan": json.dumps(plan), "data": str(server.status().data.parent)}
databases.close()
server.stop()
print(json.dumps(said))
"""
# a root file system without /dev/shm: unmounting the true one would show outside, too
NO_SHARED_MEMORY = """
mount -t tmpfs tmpfs /mnt && mkdir /mnt/dev
for each in null zero urandom; do touch /mnt/dev/$each; mount --bind /dev/$each /mnt/dev/$each; done
mount --rbind /mnt/dev /dev && test ! -e /dev/shm"""
LITTLE_SHARED_MEMORY = "mount -t tmpfs -o size=64m tmpfs /dev/shm"

LIVE = """
import psycopg
from factoryfloor.server import EmbeddedServer
server = EmbeddedServer()
server.ensure()
with psycopg.connect(server.address.conninfo("postgres")) as connection:
    connection.execute("SELECT 1")
assert server.stop()
print(server.address.host)
"""


@pytest.fixture
def among_mounts() -> Callable[[str, str], dict[str, Any]]:
    """Runs a Python script where the shell has mounted what it says, seen by nobody else."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root, and on Linux, can have mounts of its own")
    unshare = ["unshare", "--mount", "sh", "-c"]
    if subprocess.run([*unshare, "mount -t tmpfs tmpfs /mnt"], check=False).returncode:
        pytest.skip("this container may not mount anything")

    def run(mounts: str, script: str) -> dict[str, Any]:
        command = [*unshare, f'set -e\n{mounts}\nexec "$@"', "sh", sys.executable, "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    return run


@pytest.mark.parametrize("mounts", [NO_SHARED_MEMORY, LITTLE_SHARED_MEMORY])
def test_without_room_in_shared_memory_everything_is_on_disk_and_works(
    runtime: Path, among_mounts: Callable[[str, str], dict[str, Any]], mounts: str
) -> None:
    said = among_mounts(mounts, WHOLE_RUN)

    assert said["clones"] == ["clone_0", "clone_1", "clone_2"]
    assert '"Workers Launched": 2' in said["plan"]
    assert said["data"] != "/dev/shm"
    assert list(runtime.iterdir()) == []


def test_root_does_without_a_cache_that_is_read_only(
    runtime: Path, among_mounts: Callable[[str, str], dict[str, Any]]
) -> None:
    said = among_mounts("mount -t tmpfs -o ro tmpfs /var/cache", WHOLE_RUN)

    assert said["clones"] == ["clone_0", "clone_1", "clone_2"]
    assert list(runtime.iterdir()) == []


@pytest.mark.parametrize("variable", ["HOME", "XDG_CACHE_HOME"])
def test_a_user_does_without_a_home_that_is_read_only(
    runtime: Path, run_as: RunAs, somebody: Account, variable: str
) -> None:
    home = runtime / "home"
    home.mkdir(mode=0o755)  # and root's

    said, complained = run_as(somebody, LIVE, {variable: str(home)})

    assert said.startswith(str(runtime)), complained
    assert list(home.iterdir()) == []
    assert list(runtime.iterdir()) == [home]


@pytest.mark.parametrize("environment", [{"HOME": "/nonexistent"}, {"HOME": ""}, {}])
def test_a_user_does_without_a_home(
    runtime: Path, run_as: RunAs, somebody: Account, environment: dict[str, str]
) -> None:
    said, complained = run_as(somebody, LIVE, environment)

    assert said.startswith(str(runtime)), complained
    assert list(runtime.iterdir()) == []


@pytest.mark.parametrize("variable", ["TMPDIR", "XDG_RUNTIME_DIR"])
def test_a_folder_whose_path_is_too_long_for_a_socket_is_passed_by(
    runtime: Path, run_as: RunAs, somebody: Account, variable: str
) -> None:
    long = runtime / ("x" * 80)
    long.mkdir()
    long.chmod(0o1777)

    said, complained = run_as(somebody, LIVE, {"FACTORYFLOOR_RUNTIME_DIR": "", variable: str(long)})

    assert said.startswith(f"/tmp/factoryfloor-{somebody.uid}/"), complained
    assert list(long.iterdir()) == []
