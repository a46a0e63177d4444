"""The test endpoints, asked by a test: what they seed stands in the test, and goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.models import SalesOrder, User
from tests.api.answers import answer, refusal

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.api

PREFIX = "/api/v1/test"
PROMISED = {
    "empty",
    "basic",
    "low-stock-with-allocations",
    "production-in-progress",
    "full-demand-chain",
    "so-with-blocking-issues",
    "production-mto",
    "production-with-shortage",
    "full-production-context",
}


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_ENDPOINTS", "1")


async def test_they_are_not_there_unless_switched_on(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_ENDPOINTS", raising=False)

    await refusal(client.get(f"{PREFIX}/health"), 404)


async def test_they_are_not_there_in_production(
    client: AsyncClient, switched_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")

    await refusal(client.post(f"{PREFIX}/cleanup"), 404)


async def test_health_tells_of_the_mode(client: AsyncClient, switched_on: None) -> None:
    assert await answer(client.get(f"{PREFIX}/health")) == {
        "status": "ok",
        "test_mode": True,
        "environment": "test",
    }


async def test_every_promised_scenario_is_listed(client: AsyncClient, switched_on: None) -> None:
    found = await answer(client.get(f"{PREFIX}/scenarios"))

    assert set(found["scenarios"]) >= PROMISED
    assert all(each["description"] for each in found["details"].values())


async def test_the_seeded_administrator_can_log_in(client: AsyncClient, switched_on: None) -> None:
    seeded = await answer(client.post(f"{PREFIX}/seed", json={"scenario": "empty"}))
    admin = seeded["data"]["admin"]
    form = {name: admin[name] for name in ("username", "password")}

    token = (await answer(client.post("/api/v1/auth/login", data=form)))["access_token"]

    headers = {"Authorization": f"Bearer {token}"}
    assert (await answer(client.get("/api/v1/me", headers=headers)))["id"] == admin["user_id"]


async def test_seeding_replaces_what_the_test_made_before(
    client: AsyncClient, switched_on: None, test_user: User, db: Session
) -> None:
    seeded = await answer(client.post(f"{PREFIX}/seed", json={"scenario": "empty"}))

    users = db.scalars(select(User.username)).all()

    assert users == [seeded["data"]["admin"]["username"]]


@pytest.mark.parametrize("name", sorted(PROMISED))
async def test_every_promised_scenario_can_be_seeded_again(
    client: AsyncClient, switched_on: None, name: str
) -> None:
    first = await answer(client.post(f"{PREFIX}/seed", json={"scenario": name}))
    second = await answer(client.post(f"{PREFIX}/seed", json={"scenario": name}))

    assert first == second
    assert (first["success"], first["scenario"]) == (True, name)


async def test_cleanup_leaves_no_row(client: AsyncClient, switched_on: None, db: Session) -> None:
    await answer(client.post(f"{PREFIX}/seed", json={"scenario": "full-demand-chain"}))

    cleaned = await answer(client.post(f"{PREFIX}/cleanup"))

    assert cleaned["tables"] == sorted(cleaned["tables"])
    assert {"sales_orders", "users"} <= set(cleaned["tables"])
    assert db.scalar(select(func.count()).select_from(SalesOrder)) == 0


def test_a_synchronous_client_seeds_too(sync_client: TestClient, switched_on: None) -> None:
    response = sync_client.post(f"{PREFIX}/seed", json={"scenario": "basic"})

    assert response.status_code == 200
    assert response.json()["data"]["admin"]["username"]


async def test_an_unknown_scenario_is_refused_with_the_nearest_first(
    client: AsyncClient, switched_on: None
) -> None:
    problem = await answer(client.post(f"{PREFIX}/seed", json={"scenario": "basics"}), 400)

    assert problem["scenarios"][0] == "basic"
    assert set(problem["scenarios"]) >= PROMISED


async def test_a_body_that_is_no_json_is_refused(client: AsyncClient, switched_on: None) -> None:
    assert "no JSON" in await refusal(client.post(f"{PREFIX}/seed", content="scenario=basic"), 422)
