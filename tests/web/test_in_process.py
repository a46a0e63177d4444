"""The endpoints' effect on engines, seen from inside the process that serves them."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from factoryfloor.web.door import Door
from factoryfloor.web.middleware import TestEndpoints
from tests.web.conftest import FOLDER, SHOP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from starlette.types import Message, Receive, Scope, Send

    from tests.web.conftest import Home

TOKEN = "in-process"


@pytest.fixture(scope="module")
def main(home: Home) -> Iterator[ModuleType]:
    """The shop, imported here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOP_DATABASE", home.url)
        patch.delenv("ENVIRONMENT", raising=False)
        patch.syspath_prepend(FOLDER)
        found = importlib.import_module("shop.main")
        yield found
        found.engine.dispose()
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


@pytest.fixture
def endpoints(main: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestEndpoints]:
    """The middleware around the shop, undone after the test."""
    monkeypatch.setenv("TEST_ENDPOINTS", "1")
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("TEST_ENDPOINTS_TOKEN", TOKEN)
    endpoints = TestEndpoints(main.make_app(), folder=SHOP, config=SHOP / "pyproject.toml")
    yield endpoints
    endpoints.close()


@pytest.fixture
def client(endpoints: TestEndpoints) -> Iterator[TestClient]:
    """A client of the shop, with the token that it needs outside of factoryfloor's fixtures."""
    with TestClient(endpoints, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def seed(client: TestClient, scenario: str) -> None:
    response = client.post("/api/v1/test/seed", json={"scenario": scenario})
    assert response.status_code == 200, response.text


def test_engines_are_at_home_again_once_it_is_production(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(client, "one-cup")
    before = client.get("/items").json()

    monkeypatch.setenv("ENVIRONMENT", "production")
    in_production = client.get("/items").json()
    hidden = client.get("/api/v1/test/health").status_code
    monkeypatch.setenv("ENVIRONMENT", "test")

    assert (before, in_production, hidden) == (["cup"], [], 404)
    assert client.get("/items").json() == ["cup"]


def test_engines_are_at_home_again_after_the_application_has_ended(
    main: ModuleType, endpoints: TestEndpoints
) -> None:
    with TestClient(endpoints, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        seed(client, "one-cup")
        seen = client.get("/items").json()

    with main.engine.connect() as connection:
        found = connection.execute(text("SELECT current_database()")).scalar_one()
    assert seen == ["cup"]
    assert found == main.engine.url.database


def test_an_engine_on_another_database_is_not_led(client: TestClient, url: str) -> None:
    other = create_engine(url)
    seed(client, "one-cup")

    with other.connect() as connection:
        found = connection.execute(text("SELECT current_database()")).scalar_one()

    assert found == other.url.database
    other.dispose()


def test_a_websocket_stays_where_it_began(
    client: TestClient, exists: Callable[[str], bool]
) -> None:
    seed(client, "one-cup")
    with client.websocket_connect("/socket") as socket:
        socket.send_text("where?")
        before = socket.receive_text()
        seed(client, "one-plate")
        socket.send_text("where?")
        after = socket.receive_text()

    assert before == after
    while exists(before):
        time.sleep(0.01)


async def test_a_request_that_is_cut_off_leaves_its_world(
    main: ModuleType, client: TestClient, exists: Callable[[str], bool]
) -> None:
    seed(client, "one-cup")
    begun = asyncio.Event()
    seen = []

    async def stuck(scope: Scope, receive: Receive, send: Send) -> None:
        with main.engine.connect() as connection:
            seen.append(connection.execute(text("SELECT current_database()")).scalar_one())
        begun.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        """Nobody hears it."""

    door = Door(stuck, SHOP, SHOP / "pyproject.toml")
    request = asyncio.ensure_future(door({"type": "http", "path": "/"}, receive, send))
    await begun.wait()
    await asyncio.to_thread(seed, client, "one-plate")
    stood = exists(seen[0])

    request.cancel()
    await asyncio.wait([request])

    assert stood
    while exists(seen[0]):
        await asyncio.sleep(0.01)
    door.close()
