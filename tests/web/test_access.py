"""Who may use the endpoints: whoever is on the server's machine, elsewhere who has the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette

from factoryfloor.web import mount_test_endpoints

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from tests.web.conftest import Home, Server

SEED = "/api/v1/test/seed"
TOKEN = "correct horse"
GRANTED = 405  # which method is right is looked at behind the door


@pytest.fixture(autouse=True)
def switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_ENDPOINTS", "1")
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.delenv("TEST_ENDPOINTS_TOKEN", raising=False)


@pytest.fixture
def with_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_ENDPOINTS_TOKEN", TOKEN)


async def ask(
    peer: str | None = "127.0.0.1",
    *headers: tuple[str, str],
    host: str = "localhost:8000",
) -> httpx.Response:
    """The answer to a GET of the endpoint that wants a POST."""
    app = Starlette()
    mount_test_endpoints(app)

    async def from_peer(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": None if peer is None else (peer, 50000)}, receive, send)

    transport = httpx.ASGITransport(app=from_peer)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        sent = [(name.encode(), value.encode()) for name, value in headers]
        return await client.get(SEED, headers=sent)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", None])
async def test_this_machine_needs_no_token(peer: str | None) -> None:
    assert (await ask(peer)).status_code == GRANTED


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "app.localhost", "0.0.0.0:80"])
async def test_this_machine_has_many_names(host: str) -> None:
    assert (await ask(host=host)).status_code == GRANTED


FAR = [
    "203.0.113.9",
    "10.0.0.5",
    "0.0.0.0",
    "2001:db8::1",
    "::ffff:203.0.113.9",
    "127.0.0.1.example",
    "localhost.example",
    "testclient",
    "",
]


@pytest.mark.parametrize("peer", FAR)
async def test_another_machine_is_refused_where_no_token_is_set(peer: str) -> None:
    response = await ask(peer)

    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert "Set TEST_ENDPOINTS_TOKEN" in response.json()["detail"]


@pytest.mark.parametrize("peer", FAR)
async def test_another_machine_needs_the_token(peer: str, with_token: None) -> None:
    response = await ask(peer)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert "X-Test-Endpoints-Token" in response.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Test-Endpoints-Token", TOKEN)],
        [("Authorization", f"Bearer {TOKEN}")],
        [("authorization", f"bearer {TOKEN}")],
        [("Authorization", "Bearer of another kind"), ("X-Test-Endpoints-Token", TOKEN)],
    ],
)
async def test_the_token_opens(headers: list[tuple[str, str]], with_token: None) -> None:
    assert (await ask("203.0.113.9", *headers)).status_code == GRANTED


@pytest.mark.parametrize("token", ["", "correct", "correct horse ", "correct horse battery", "ü"])
async def test_another_token_does_not(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_ENDPOINTS_TOKEN", "correct-horse")

    response = await ask("203.0.113.9", ("Authorization", f"Bearer {token}"))

    assert response.status_code == 401


async def test_a_token_beyond_ascii_is_compared_by_its_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEST_ENDPOINTS_TOKEN", "schlüssel")

    response = await ask("203.0.113.9", ("X-Test-Endpoints-Token", "schlüssel"))

    assert response.status_code == GRANTED


@pytest.mark.parametrize("token", ["", "  "])
async def test_an_empty_token_is_none(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_ENDPOINTS_TOKEN", token)

    response = await ask("203.0.113.9", ("X-Test-Endpoints-Token", token))

    assert response.status_code == 403


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP"])
async def test_a_proxy_on_this_machine_lends_nobody_its_place(name: str) -> None:
    response = await ask("127.0.0.1", (name, "127.0.0.1"))

    assert response.status_code == 403
    assert name.lower() in response.json()["detail"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "http://[", "file://"],
)
async def test_a_page_from_elsewhere_cannot_use_a_browser_of_this_machine(origin: str) -> None:
    response = await ask("127.0.0.1", ("Origin", origin))

    assert response.status_code == 403
    assert origin in response.json()["detail"]


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:3000"])
async def test_a_page_of_this_machine_may(origin: str) -> None:
    assert (await ask("127.0.0.1", ("Origin", origin))).status_code == GRANTED


async def test_a_foreign_name_that_leads_to_this_machine_is_refused() -> None:
    response = await ask("127.0.0.1", host="evil.example:8000")

    assert response.status_code == 403
    assert "evil.example:8000" in response.json()["detail"]


async def test_a_page_from_elsewhere_may_with_the_token(with_token: None) -> None:
    headers = [("Origin", "https://shop.example"), ("X-Test-Endpoints-Token", TOKEN)]

    response = await ask("127.0.0.1", *headers, host="shop.example")

    assert response.status_code == GRANTED


def test_a_server_seeds_for_another_machine_that_has_the_token(
    home: Home, serve: Callable[..., Server]
) -> None:
    shop = serve(home.url, TEST_ENDPOINTS_TOKEN=TOKEN)
    sent_on = {"X-Forwarded-For": "203.0.113.9"}
    shop.seed("one-plate")

    def status(**headers: str) -> int:
        body = {"scenario": "one-cup"}
        return shop.client.post(SEED, json=body, headers=sent_on | headers).status_code

    refused = [status(), status(Authorization="Bearer incorrect")]
    before = shop.get("/items")
    granted = status(Authorization=f"Bearer {TOKEN}")

    assert (refused, before) == ([401, 401], ["plate"])
    assert granted == 200
    assert shop.get("/items") == ["cup"]
