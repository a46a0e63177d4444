"""The endpoints of a running server: what they answer, and what the application then sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.web.conftest import Home, Server

SEED = "/api/v1/test/seed"


def problem(shop: Server, status: int, **request: Any) -> Any:
    """The problem details with which a request to seed is refused."""
    response = shop.client.post(SEED, **request)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    content = response.json()
    assert content["status"] == status
    return content


def test_a_scenario_is_seeded_and_told(shop: Server) -> None:
    answer = shop.seed("one-cup")

    assert answer == {
        "success": True,
        "scenario": "one-cup",
        "data": {"items": [{"id": 1, "name": "cup"}]},
    }
    assert shop.get("/items") == ["cup"]
    assert shop.get("/async-items") == ["cup"]


def test_seeding_replaces_what_an_earlier_seeding_made(shop: Server) -> None:
    shop.seed("one-cup")
    shop.client.post("/items/spoon")

    again = shop.seed("one-cup")
    after = shop.get("/items")
    shop.seed("one-plate")

    assert again["data"] == {"items": [{"id": 1, "name": "cup"}]}
    assert after == ["cup"]
    assert shop.get("/items") == ["plate"]


def test_the_database_of_the_application_itself_is_never_changed(shop: Server, home: Home) -> None:
    shop.seed("one-cup")
    shop.client.post("/items/spoon")
    shop.client.post("/api/v1/test/cleanup")

    assert home.items() == []


def test_an_alias_is_told_back_as_it_was_given(shop: Server) -> None:
    assert shop.seed("cup")["scenario"] == "cup"
    assert shop.get("/items") == ["cup"]


def test_a_scale_is_obeyed_and_null_is_the_usual_one(shop: Server) -> None:
    larger = shop.seed("stack", scale=5, seed=7)
    usual = shop.seed("stack", scale=None)

    assert len(larger["data"]["items"]) == 5
    assert len(usual["data"]["items"]) == 3


def test_the_body_is_json_whatever_its_content_type_says(shop: Server) -> None:
    response = shop.client.post(
        SEED,
        content='{"scenario": "one-cup"}',
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert response.status_code == 200


def test_every_name_is_listed_and_every_scenario_described(shop: Server) -> None:
    shop.seed("stack")

    answer = shop.get("/api/v1/test/scenarios")

    assert answer["scenarios"] == ["one-cup", "cup", "one-plate", "stack", "two-of-a-name"]
    assert answer["details"]["stack"] == {
        "description": "As many bowls as are wanted.",
        "aliases": [],
        "scale": 3,
        "rows": 3,
    }
    assert answer["details"]["one-cup"]["aliases"] == ["cup"]
    assert answer["details"]["two-of-a-name"]["rows"] is None


def test_health_tells_the_mode_and_the_environment(shop: Server) -> None:
    assert shop.get("/api/v1/test/health") == {
        "status": "ok",
        "test_mode": True,
        "environment": "e2e",
    }


def test_cleanup_leaves_an_empty_database_and_tells_what_held_rows(shop: Server) -> None:
    shop.seed("one-cup")

    first = shop.client.post("/api/v1/test/cleanup").json()
    second = shop.client.post("/api/v1/test/cleanup").json()

    assert first == {"success": True, "cleaned": True, "tables": ["items"]}
    assert second == {"success": True, "cleaned": True, "tables": []}
    assert shop.get("/items") == []


def test_an_unknown_scenario_lists_those_that_there_are_the_nearest_first(shop: Server) -> None:
    answer = problem(shop, 400, json={"scenario": "one-plat"})

    assert answer["scenarios"][0] == "one-plate"
    assert sorted(answer["scenarios"]) == ["cup", "one-cup", "one-plate", "stack", "two-of-a-name"]
    assert "'one-plat'" in answer["detail"]


def test_a_name_that_is_no_text_of_unicode_is_told_back(shop: Server) -> None:
    answer = problem(shop, 400, content=rb'{"scenario": "\ud800"}')

    assert "there is no scenario" in answer["detail"]


def test_a_scenario_that_fails_is_explained_and_leaves_what_stood(shop: Server) -> None:
    shop.seed("one-plate")

    answer = problem(shop, 500, json={"scenario": "two-of-a-name"})

    assert "scenarios.py" in answer["detail"]
    assert "ItemFactory" in answer["detail"]
    assert shop.get("/items") == ["plate"]


@pytest.mark.parametrize(
    "body",
    ["", "scenario=basic", "{'scenario': 'one-cup'}", '{"scenario"', "[" * 100_000, "\xff"],
)
def test_a_body_that_is_no_json_is_refused(shop: Server, body: str) -> None:
    answer = problem(shop, 422, content=body.encode("latin-1"))

    assert '{"scenario": "basic"}' in answer["detail"]


@pytest.mark.parametrize("body", ["null", "[]", '"one-cup"', "3"])
def test_a_body_that_is_no_object_is_refused(shop: Server, body: str) -> None:
    answer = problem(shop, 422, content=body)

    assert "must be a JSON object" in answer["detail"]


@pytest.mark.parametrize(
    "members, field",
    [
        ({}, "scenario"),
        ({"scenario": None}, "scenario"),
        ({"scenario": ["one-cup"]}, "scenario"),
        ({"scenario": "stack", "scale": 0}, "scale"),
        ({"scenario": "stack", "scale": "3"}, "scale"),
        ({"scenario": "stack", "scale": True}, "scale"),
        ({"scenario": "stack", "scale": 2.5}, "scale"),
        ({"scenario": "one-cup", "scale": 2}, "scale"),
        ({"scenario": "one-cup", "seed": "x"}, "seed"),
        ({"scenario": "one-cup", "sed": 1}, "sed"),
    ],
)
def test_a_wrong_member_is_named(shop: Server, members: dict[str, object], field: str) -> None:
    answer = problem(shop, 422, json=members)

    assert answer["field"] == field


@pytest.mark.parametrize(
    "method, name, allowed",
    [("GET", "seed", "POST"), ("GET", "cleanup", "POST"), ("POST", "scenarios", "GET")],
)
def test_another_method_is_refused(shop: Server, method: str, name: str, allowed: str) -> None:
    response = shop.client.request(method, f"/api/v1/test/{name}")

    assert response.status_code == 405
    assert allowed in response.headers["allow"]
    assert response.headers["content-type"] == "application/problem+json"


def test_two_seedings_at_once_are_both_answered_and_one_stands(shop: Server) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(shop.seed, ["one-cup", "one-plate"]))

    assert [answer["scenario"] for answer in answers] == ["one-cup", "one-plate"]
    assert shop.get("/items") in (["cup"], ["plate"])


def test_a_path_beside_the_endpoints_is_the_applications(shop: Server) -> None:
    response = shop.client.get("/api/v1/test/other")

    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})
