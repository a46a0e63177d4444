"""A real PostgreSQL, and fresh databases on it, for the library's own tests."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> EmbeddedServer:
    """The embedded server, running."""
    found = EmbeddedServer()
    found.ensure()
    return found


@pytest.fixture(scope="session")
def admin(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the maintenance database."""
    with psycopg.connect(server.address.conninfo(server.maintenance), autocommit=True) as found:
        yield found


@pytest.fixture
def database(admin: psycopg.Connection) -> Iterator[str]:
    """The name of an empty database of the test's own."""
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {name}")
    yield name
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def conninfo(server: EmbeddedServer, database: str) -> str:
    """The libpq address of that database."""
    return server.address.conninfo(database)


@pytest.fixture
def url(server: EmbeddedServer, database: str) -> str:
    """The same as a SQLAlchemy URL."""
    return server.address.url(database)


@pytest.fixture
def no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment chooses no server, so that the table or the wheel does."""
    for name in ("FACTORYFLOOR_POSTGRES_VERSION", "FACTORYFLOOR_POSTGRES_BINARIES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder that every account can reach and no other server uses."""
    # tmp_path would be too long for a socket, and closed to the account that runs the server
    folder = Path(tempfile.mkdtemp(prefix="ff-", dir="/tmp"))
    folder.chmod(0o1777)
    monkeypatch.setenv("FACTORYFLOOR_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)
