"""Off, and in production, there is nothing: not an endpoint, not an import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from factoryfloor.web import mount_test_endpoints
from tests.web.conftest import FOLDER

if TYPE_CHECKING:
    from starlette.requests import Request

ENDPOINTS = ["scenarios", "seed", "cleanup", "health"]
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
blanks = st.text(" \t\r\n", max_size=3)


@st.composite
def productions(draw: st.DrawFn) -> str:
    """A spelling of an environment in which real customers are served."""
    word = draw(st.sampled_from(["production", "prod", "live"]))
    cased = "".join(draw(st.sampled_from([each, each.upper()])) for each in word)
    return f"{draw(blanks)}{cased}{draw(blanks)}"


async def ask(variables: dict[str, str], headers: dict[str, str] | None = None) -> set[int]:
    """The statuses of all endpoints, the application having been made before."""
    app = Starlette()
    with pytest.MonkeyPatch.context() as patch:
        _clear(patch)
        mount_test_endpoints(app)
        for name, value in variables.items():
            patch.setenv(name, value)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return {
                (await client.request(method, f"/api/v1/test/{name}", headers=headers)).status_code
                for method in ("GET", "POST")
                for name in ENDPOINTS
            }


def _clear(patch: pytest.MonkeyPatch) -> None:
    for name in ("TEST_ENDPOINTS", "TEST_ENDPOINTS_TOKEN", "ENVIRONMENT"):
        patch.delenv(name, raising=False)


@given(
    environment=productions(),
    name=st.sampled_from(["ENVIRONMENT", "environment", "Environment"]),
    token=values,
    given=values,
)
async def test_nothing_is_there_in_production_whatever_else_is_set(
    environment: str, name: str, token: str, given: str
) -> None:
    variables = {"TEST_ENDPOINTS": "1", "TEST_ENDPOINTS_TOKEN": token, name: environment}
    header = {"X-Test-Endpoints-Token": given.encode("ascii", "ignore").decode().strip()}

    assert await ask(variables, {k: v for k, v in header.items() if v.isprintable()}) == {404}


@given(switch=values.filter(lambda each: each != "1"), environment=values)
async def test_nothing_is_there_unless_the_switch_is_one(switch: str, environment: str) -> None:
    assert await ask({"TEST_ENDPOINTS": switch, "ENVIRONMENT": environment}) == {404}


async def test_nothing_is_there_where_nothing_is_set() -> None:
    assert await ask({}) == {404}


@given(environment=productions())
def test_production_at_the_start_is_for_good(environment: str) -> None:
    app = Starlette()

    with pytest.MonkeyPatch.context() as patch:
        _clear(patch)
        patch.setenv("ENVIRONMENT", environment)
        patch.setenv("TEST_ENDPOINTS", "1")
        mount_test_endpoints(app)

    assert app.user_middleware == []


async def test_an_application_under_the_same_path_keeps_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def own(request: Request) -> PlainTextResponse:
        return PlainTextResponse("own")

    monkeypatch.delenv("TEST_ENDPOINTS", raising=False)
    app = Starlette(routes=[Route("/api/v1/test/health", own)])
    mount_test_endpoints(app)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        response = await client.get("/api/v1/test/health")

    assert response.text == "own"


LOADED = """
import asyncio, json, sys
from starlette.applications import Starlette
from factoryfloor.web import mount_test_endpoints

app = Starlette()
mount_test_endpoints(app)
sent = []
async def send(message): sent.append(message)
async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
scope = {"type": "http", "method": "GET", "path": "/api/v1/test/health", "headers": [],
         "query_string": b"", "root_path": "", "client": None}
asyncio.run(app(scope, receive, send))
print(json.dumps([sent[0]["status"], sorted(sys.modules)]))
"""


def test_switched_off_nothing_is_imported() -> None:
    environ = {name: value for name, value in os.environ.items() if name != "TEST_ENDPOINTS"}

    ran = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=FOLDER,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )

    status, modules = json.loads(ran.stdout)
    own = {name.removeprefix("factoryfloor.") for name in modules if "factoryfloor." in name}
    assert status == 404
    assert own == {"settings", "settings.production", "web", "web.middleware", "web.switch"}
    assert {"pytest", "sqlalchemy", "psycopg", "factory", "faker"}.isdisjoint(modules)
