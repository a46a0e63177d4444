"""Each change is open to one role and those above it, and to nobody below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app.main import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx import AsyncClient

    from app.models import User
    from tests.factories import UserFactory

pytestmark = pytest.mark.api

ROLES = ("viewer", "operator", "planner", "admin")
MASTER_DATA = ("customers", "vendors", "items", "products", "printers")
LOWEST = {
    "admin": {
        "POST users",
        "PATCH users/{user_id}",
    },
    "operator": {
        "POST inventory-transactions",
        "POST printers/{printer_id}/status",
        "POST production-orders/{order_id}/start",
        "POST production-orders/{order_id}/stop",
        "POST production-orders/{order_id}/reports",
        "POST production-orders/{order_id}/returns",
        "POST purchase-orders/{order_id}/receipts",
        "POST sales-orders/{order_id}/shipments",
    },
    "planner": {
        *(f"POST {rows}" for rows in MASTER_DATA),
        *(f"PATCH {rows}/{{{rows[:-1]}_id}}" for rows in MASTER_DATA),
        *(f"DELETE {rows}/{{{rows[:-1]}_id}}" for rows in MASTER_DATA),
        "POST products/{product_id}/bill-revisions",
        "POST products/{product_id}/bill-revisions/{revision}/put-in-force",
        "POST quotes",
        "POST quotes/expire",
        "PATCH quotes/{quote_id}",
        *(f"POST quotes/{{quote_id}}/{do}" for do in ("send", "accept", "decline", "convert")),
        "POST sales-orders",
        "PATCH sales-orders/{order_id}",
        *(f"POST sales-orders/{{order_id}}/{do}" for do in ("confirm", "plan", "cancel", "close")),
        "POST production-orders",
        *(f"POST production-orders/{{order_id}}/{do}" for do in ("release", "cancel")),
        "POST purchase-orders",
        "PATCH purchase-orders/{order_id}",
        *(f"POST purchase-orders/{{order_id}}/{do}" for do in ("place", "cancel")),
        "POST purchase-suggestions/orders",
    },
}


def changes() -> set[str]:
    """Everything that changes something once somebody is logged in."""
    paths = app.openapi()["paths"].items()
    written = {
        f"{method.upper()} {path.removeprefix('/api/v1/')}"
        for path, methods in paths
        for method in methods
        if method != "get"
    }
    return written - {"POST auth/login"}


def doors() -> Iterator[tuple[str, str, str]]:
    """Each change, the lowest role that may make it, and each role in turn."""
    for lowest, written in LOWEST.items():
        for change in sorted(written):
            for role in ROLES:
                yield change, lowest, role


def test_every_change_belongs_to_a_role() -> None:
    assert set().union(*LOWEST.values()) == changes()
    assert sum(len(written) for written in LOWEST.values()) == len(changes())


@pytest.mark.parametrize("change,lowest,role", doors())
async def test_a_change_is_open_from_its_lowest_role_upwards(
    client_of: Callable[[User], AsyncClient],
    user_factory: type[UserFactory],
    change: str,
    lowest: str,
    role: str,
) -> None:
    method, path = re.sub(r"{\w+}", "1", change).split()
    may = ROLES.index(role) >= ROLES.index(lowest)

    response = await client_of(user_factory.create(role=role)).request(method, f"/api/v1/{path}")

    assert (response.status_code != 403) == may


@pytest.mark.parametrize("role", ["operator", "planner", "admin"])
async def test_everything_but_the_users_is_shown_to_every_role(
    client_of: Callable[[User], AsyncClient], user_factory: type[UserFactory], role: str
) -> None:
    client = client_of(user_factory.create(role=role))
    shown = [path for path, methods in app.openapi()["paths"].items() if "get" in methods]
    closed = {"/api/v1/users", "/api/v1/users/{user_id}"} if role != "admin" else set()

    refused = {
        path
        for path in shown
        if (await client.get(re.sub(r"{\w+}", "1", path))).status_code in (401, 403)
    }

    assert refused == closed
