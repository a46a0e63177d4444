"""Every refusal is a problem that says what to do next, and tells no secret."""

from __future__ import annotations

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy.exc import OperationalError

from app.main import app
from app.services.errors import InvalidInputError, NotFoundError, RuleError, StaleVersionError

from .problems import fail_with, refused

pytestmark = pytest.mark.api

HEALTH = "/api/v1/health"


@pytest.mark.parametrize(
    "error,status,kind,title",
    [
        (NotFoundError("no such"), 404, "urn:filaops:not-found", "Not found"),
        (InvalidInputError("no such"), 422, "urn:filaops:invalid-input", "Invalid input"),
        (RuleError("no such"), 409, "urn:filaops:rule", "Rule"),
        (StaleVersionError("no such"), 409, "urn:filaops:stale-version", "Stale version"),
    ],
)
async def test_a_rule_of_the_trade_is_told_in_its_own_words(
    client: AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    kind: str,
    title: str,
) -> None:
    fail_with(error, monkeypatch)

    problem = refused(await client.get(HEALTH), status)

    assert (problem["type"], problem["title"], problem["detail"]) == (kind, title, "no such")


async def test_a_path_that_leads_nowhere_is_a_problem(client: AsyncClient) -> None:
    problem = refused(await client.get("/api/v1/n\u00f6where"), 404)

    assert problem["type"] == "about:blank"
    assert problem["instance"] == "/api/v1/n%C3%B6where"


@pytest.mark.parametrize(
    "path,allowed",
    [
        ("/api/v1/items/1", {"DELETE", "GET", "PATCH"}),
        ("/api/v1/users/me", {"GET"}),
        ("/docs", {"GET", "HEAD"}),
    ],
)
async def test_a_method_that_a_path_does_not_have_is_answered_with_those_it_has(
    admin_client: AsyncClient, path: str, allowed: set[str]
) -> None:
    response = await admin_client.put(path)

    refused(response, 405)
    assert set(response.headers["Allow"].split(", ")) == allowed


async def test_nobody_edits_themselves_under_the_name_me(admin_client: AsyncClient) -> None:
    response = await admin_client.patch("/api/v1/users/me", json={"role": "admin"})

    refused(response, 405)


async def test_who_is_not_logged_in_is_told_how_to(client: AsyncClient) -> None:
    response = await client.get("/api/v1/me")

    refused(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_role_that_is_too_low_is_told_which_it_takes(viewer_client: AsyncClient) -> None:
    problem = refused(await viewer_client.post("/api/v1/customers", json={"name": "Ada"}), 403)

    assert problem["detail"] == "This needs the role planner or admin"


async def test_each_value_that_is_not_acceptable_is_named_and_none_repeated(
    planner_client: AsyncClient,
) -> None:
    body = {"name": "", "email": "hunter2", "colour": "red"}

    problem = refused(await planner_client.post("/api/v1/customers", json=body), 422)

    errors = {tuple(error["loc"]): error["type"] for error in problem["errors"]}
    assert errors == {
        ("body", "name"): "string_pattern_mismatch",
        ("body", "email"): "string_pattern_mismatch",
        ("body", "colour"): "extra_forbidden",
    }
    assert all(error.keys() == {"loc", "msg", "type"} for error in problem["errors"])
    assert "hunter2" not in str(problem)


async def test_what_utf_8_cannot_hold_is_told_in_text_that_it_can(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(RuleError("half a \ud83d"), monkeypatch)

    problem = refused(await client.get(HEALTH), 409)

    assert problem["detail"] == "half a ?"


@pytest.mark.parametrize(
    "body,status",
    [(b"{", 422), (b"\xff", 400), (b"1" * 5000, 400), (b"[" * 100_000, 400)],
    ids=["cut off", "not UTF-8", "a number without end", "without a bottom"],
)
async def test_a_body_that_cannot_be_read_is_the_callers_mistake(
    planner_client: AsyncClient, body: bytes, status: int
) -> None:
    response = await planner_client.post(
        "/api/v1/customers", content=body, headers={"Content-Type": "application/json"}
    )

    refused(response, status)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("hunter2"), OperationalError("SELECT hunter2", {}, Exception("hunter2"))],
    ids=["in the code", "of the database"],
)
async def test_a_failure_is_admitted_without_its_reason(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fail_with(error, monkeypatch)
    transport = ASGITransport(app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.get(HEALTH)

    refused(response, 500)
    assert "hunter2" not in response.text
