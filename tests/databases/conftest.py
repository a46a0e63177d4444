"""Databases with a registry of the test's own, and other processes that share it."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from factoryfloor.databases import Databases
from factoryfloor.server import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factoryfloor.databases import Visits


@dataclass(frozen=True)
class RunningServer:
    address: Address
    maintenance: str = "postgres"
    strategy: str = "FILE_COPY"

    def ensure(self) -> None:
        """It runs."""

    def describe(self) -> str:
        return "the test server"


class Peer:
    """Another process, which answers one line to each."""

    def __init__(self, url: str, registry: str) -> None:
        arguments = [sys.executable, str(Path(__file__).with_name("peer.py")), url, registry]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, text=True)

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, line: str) -> str:
        self.tell(line)
        return self.hear()

    def kill(self) -> None:
        """SIGKILL it, as the kernel would for want of memory."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def prefix(admin: psycopg.Connection) -> Iterator[str]:
    """The beginning of all names of a test, whose databases and roles are dropped after it."""
    prefix = f"t{uuid.uuid4().hex[:10]}"
    yield prefix
    found = admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE '%%' || %s || '%%'", [prefix]
    )
    for (name,) in found.fetchall():
        database = sql.Identifier(name)
        admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(database))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
    roles = admin.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s || '%%'", [prefix])
    for (name,) in roles.fetchall():
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def running(admin: psycopg.Connection) -> RunningServer:
    """The server that `admin` is connected to."""
    info = admin.info
    return RunningServer(Address(info.host, info.port, info.user, info.password or None))


@pytest.fixture
def registry(prefix: str) -> str:
    """The name of the registry's database."""
    return f"{prefix}_registry"


@pytest.fixture
def open_databases(
    running: RunningServer, registry: str, prefix: str
) -> Iterator[Callable[..., Databases]]:
    """Makes `Databases` as another process would have them; closed after the test."""
    opened: list[Databases] = []

    def open_databases(role: str | None = None, **changes: Any) -> Databases:
        address = replace(running.address, user=role, password=role) if role else running.address
        server = replace(running, address=address, **changes)
        opened.append(Databases(server, registry=registry))
        return opened[-1]

    yield open_databases
    for each in opened:
        each.close()


@pytest.fixture
def databases(open_databases: Callable[..., Databases]) -> Databases:
    return open_databases()


@pytest.fixture
def start_peer(running: RunningServer, registry: str) -> Iterator[Callable[[], Peer]]:
    """Starts another process on the same registry."""
    started: list[Peer] = []

    def start_peer() -> Peer:
        started.append(Peer(running.address.url("postgres"), registry))
        return started[-1]

    yield start_peer
    for each in started:
        each.kill()


@pytest.fixture
def connect(running: RunningServer) -> Iterator[Callable[[str], psycopg.Connection]]:
    """Connects to a database of this name, until the test ends."""
    opened: list[psycopg.Connection] = []

    def connect(name: str, role: str | None = None) -> psycopg.Connection:
        address = replace(running.address, user=role, password=role) if role else running.address
        opened.append(psycopg.connect(address.conninfo(name), autocommit=True))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


@pytest.fixture
def exists(admin: psycopg.Connection) -> Callable[[str], bool]:
    """Whether there is a database of this name."""

    def exists(name: str) -> bool:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return admin.execute(query, [name]).fetchone() is not None

    return exists


@pytest.fixture
def template(databases: Databases, prefix: str) -> str:
    """A template with one table, `thing`."""
    return databases.template("0" * 64, prefix, build_thing)


def build_thing(conninfo: str) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE thing (id int)")


def build_filled(conninfo: str) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE thing (id int); INSERT INTO thing VALUES (1)")


@pytest.fixture
def filled(databases: Databases, prefix: str) -> str:
    """A template whose table holds a row."""
    return databases.template("1" * 64, prefix, build_filled)


@pytest.fixture
def ours(open_databases: Callable[..., Databases], template: str, prefix: str) -> str:
    """A kept database without rows, whose process has ended."""
    past = open_databases()
    name = past.clone(template, f"{prefix}_ours")
    past.close(keep=[name])
    return name


@pytest.fixture
def names(admin: psycopg.Connection, prefix: str) -> Callable[[], set[str]]:
    """The names of this test's databases, but for templates and the registry."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND NOT datistemplate"
    return lambda: {
        name for (name,) in admin.execute(query, [prefix]) if not name.endswith("_registry")
    }


@pytest.fixture
def home(databases: Databases, template: str, prefix: str) -> str:
    """A clone that this process leases, as `factoryfloor run` does."""
    return databases.clone(template, f"{prefix}_home")


@pytest.fixture
def put(databases: Databases, template: str, home: str) -> Callable[[str], str]:
    """Puts a fresh clone of this name in the home's place."""

    def put(name: str) -> str:
        world = databases.clone(template, f"{home}_{name}")
        databases.worlds.put(world, home)
        return world

    return put


@pytest.fixture
def visits(open_databases: Callable[..., Databases], home: str) -> Iterator[Visits]:
    """Another process' book of what is under way."""
    visits = open_databases().worlds.visits(home)
    yield visits
    visits.close()


@pytest.fixture
def wait_until_gone(admin: psycopg.Connection) -> Callable[[str], None]:
    """Returns once there is no database of this name."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"

    def wait_until_gone(name: str) -> None:
        while admin.execute(query, [name]).rowcount:
            time.sleep(0.01)

    return wait_until_gone


@pytest.fixture
def make_role(admin: psycopg.Connection, prefix: str) -> Callable[[str], str]:
    """Makes a role with these attributes, whose password is its name."""

    def make_role(attributes: str) -> str:
        name = f"{prefix}_role_{uuid.uuid4().hex[:4]}"
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}' {attributes}")
        return name

    return make_role
