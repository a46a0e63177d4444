"""The shop on a database that factoryfloor made, served by processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER: Final = Path(__file__).parent
SHOP: Final = FOLDER / "shop"
HOLD: Final = "import os, sys; print(os.environ['SHOP_DATABASE'], flush=True); sys.stdin.read()"
SWITCHED_ON: Final = {"TEST_ENDPOINTS": "1", "ENVIRONMENT": "e2e"}


@dataclass(frozen=True)
class Home:
    """A database that lasts while its process does."""

    url: str
    process: subprocess.Popen[str]

    @property
    def conninfo(self) -> str:
        return self.url.replace("+psycopg", "")

    def items(self) -> list[str]:
        """The names of the items in this very database."""
        with psycopg.connect(self.conninfo) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM items ORDER BY 1")]


@dataclass(frozen=True)
class Server:
    """The shop, served; `name` is the application's name on its connections to PostgreSQL."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    name: str

    def get(self, path: str, **params: object) -> Any:
        response = self.client.get(path, params={name: str(each) for name, each in params.items()})
        assert response.status_code == 200, response.text
        return response.json()

    def seed(self, scenario: str, **members: object) -> Any:
        response = self.client.post("/api/v1/test/seed", json={"scenario": scenario, **members})
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A database with the shop's schema, made by `factoryfloor run`."""
    yield from held_home()


def held_home(**variables: str) -> Iterator[Home]:
    command = [sys.executable, "-m", "factoryfloor", "run", "--", sys.executable, "-c", HOLD]
    pipe = subprocess.PIPE
    environment = {**os.environ, **variables}
    with subprocess.Popen(
        command, cwd=SHOP, stdin=pipe, stdout=pipe, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        yield Home(process.stdout.readline().strip(), process)
        process.communicate()


@pytest.fixture(scope="module")
def serve_for_all() -> Iterator[Callable[..., Server]]:
    yield from serving()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Serves the shop on the database of this URL until the test ends.

    Further arguments are uvicorn's options, and environment variables.
    """
    yield from serving()


@pytest.fixture(scope="module")
def shop(home: Home, serve_for_all: Callable[..., Server]) -> Server:
    """The shop, with test endpoints."""
    return serve_for_all(home.url)


def serving() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def serve(url: str, *options: str, **variables: str) -> Server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        arguments = ["shop.main:app", "--app-dir", str(FOLDER), "--port", str(port), *options]
        named = {"SHOP_DATABASE": url, "PGAPPNAME": f"shop {port}"}
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *arguments, "--log-level", "warning"],
            cwd=SHOP,
            env={**os.environ, **SWITCHED_ON, **named, **variables},
        )
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        started.append(Server(process, client, named["PGAPPNAME"]))
        wait_until_it_listens(started[-1])
        return started[-1]

    yield serve
    for each in started:
        each.client.close()
        each.process.terminate()
    for each in started:
        each.process.wait(60)


def wait_until_it_listens(server: Server) -> None:
    while True:
        assert server.process.poll() is None, "the server ended"
        try:
            server.client.get("/plain")
        except httpx.ConnectError:
            time.sleep(0.02)
        else:
            return


@pytest.fixture
def exists(admin: psycopg.Connection) -> Callable[[str], bool]:
    """Whether there is a database of this name."""

    def exists(name: str) -> bool:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return admin.execute(query, [name]).fetchone() is not None

    return exists
