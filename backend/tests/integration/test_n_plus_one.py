"""What holds many rows costs as many statements as what holds one, wherever there is an array."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from app.main import app
from tests.api.test_lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .people import Worker

    Make = Callable[..., Any]

pytestmark = pytest.mark.integration

API = app.openapi()


def of_users(make: Make, count: int) -> None:
    for _ in range(count):
        make("user")


def of_stock(make: Make, count: int) -> None:
    for _ in range(count):
        make("item", with_stock=True)


def of_shortages(make: Make, count: int) -> None:
    lines: list[Any] = [{"item__with_vendor": True}] * count
    make("production_order", product__bom_lines=lines)


def of_quote(make: Make, count: int) -> Any:
    return make("quote", lines=[{}] * count)


def of_sales_order(make: Make, count: int) -> Any:
    lines: list[Any] = [{"planned": True, "product__with_bom": True}] * count
    return make("sales_order", confirmed=True, lines=lines)


def of_shipment(make: Make, count: int) -> Any:
    return make("sales_order", shipped=True, lines=[{}] * count).shipments[0]


def of_purchase_order(make: Make, count: int) -> Any:
    return make("purchase_order", lines=[{}] * count)


def of_bill(make: Make, count: int) -> Any:
    lines: list[Any] = [{"of_subassembly": number % 2 == 0} for number in range(count)]
    return make("product", bom_lines=lines)


def of_revisions(make: Make, count: int) -> Any:
    return make("product", bom_lines=[{"revision": 1 + number} for number in range(count)])


def of_uses(make: Make, count: int) -> Any:
    item = make("item")
    for _ in range(count):
        make("product", stocked=True, bom_lines=[{"item": item}])
    return item


def of_needs(make: Make, count: int) -> Any:
    item = make("item")
    for _ in range(count):
        make("production_order", product__bom_lines=[{"item": item}])
        make("purchase_order", ordered=True, lines=[{"item": item}])
    return item


ROWS: dict[str, Callable[[Make, int], Any]] = {
    "/users": of_users,
    "/stock-valuation": of_stock,
    "/shortages": of_shortages,
    "/purchase-suggestions": of_shortages,
    "/quotes/{}": of_quote,
    "/sales-orders/{}": of_sales_order,
    "/sales-orders/{}/demand-chain": of_sales_order,
    "/sales-orders/{}/blockers": of_sales_order,
    "/shipments/{}": of_shipment,
    "/purchase-orders/{}": of_purchase_order,
    "/products/{}/bill": of_bill,
    "/products/{}/cost": of_bill,
    "/products/{}/requirements": of_bill,
    "/products/{}/bill-revisions": of_revisions,
    "/items/{}/where-used": of_uses,
    "/items/{}/timeline": of_needs,
}
"""What makes so many rows of an answer, and returns the row that its path names, if it does."""


def with_arrays() -> Iterator[str]:
    """The path of every answer to a GET that has an array in it."""
    for path, operations in API["paths"].items():
        if "get" in operations:
            answer = operations["get"]["responses"]["200"]["content"]["application/json"]
            if has_array(answer["schema"]):
                yield re.sub(r"{\w+}", "{}", path.removeprefix("/api/v1"))


def has_array(schema: Any) -> bool:
    if "$ref" in schema:
        schema = API["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "array":
        return True
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    return any(has_array(part) for part in parts)


def test_every_answer_with_an_array_has_its_statements_counted() -> None:
    counted = {f"/{path}" for path in LISTS} | ROWS.keys()

    assert set(with_arrays()) == counted


@pytest.mark.parametrize("path", ROWS)
def test_twenty_rows_cost_as_many_statements_as_one(
    admin: Worker,
    request: pytest.FixtureRequest,
    query_counter: Callable[[], int],
    path: str,
) -> None:
    def make(factory: str, **traits: Any) -> Any:
        return request.getfixturevalue(f"{factory}_factory").create(**traits)

    def statements(count: int) -> int:
        row = ROWS[path](make, count)
        url = path.format(row.id)[1:] if row else path[1:]
        before = query_counter()
        assert len(json.dumps(admin.get(url))) > 40 * count  # they are all there
        return query_counter() - before

    for_one = statements(1)

    assert statements(20) == for_one
