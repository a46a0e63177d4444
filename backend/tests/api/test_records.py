"""What the farm's records look like from outside."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.main import app
from tests.factories import (
    BOMLineFactory,
    ItemFactory,
    ProductFactory,
    ProductionOrderFactory,
    PurchaseOrderFactory,
    SalesOrderFactory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

pytestmark = pytest.mark.api

OPEN_TO_ALL = {"/api/v1/health", "/api/v1/auth/login"}


async def test_all_but_health_and_login_need_a_login(client: AsyncClient) -> None:
    paths = app.openapi()["paths"]

    answers = {
        path: (await client.request(method, path.format(product_id=1, order_id=1))).status_code
        for path, methods in paths.items()
        for method in methods
        if path not in OPEN_TO_ALL
    }

    assert len(answers) >= 10
    assert set(answers.values()) == {401}


async def test_an_item_shows_what_is_on_hand(auth_client: AsyncClient) -> None:
    ItemFactory.create(low_on_stock=True)
    ItemFactory.create()

    items = (await auth_client.get("/api/v1/items")).json()

    assert [Decimal(item["on_hand"]) for item in items] == [5, 0]


async def test_requirements_follow_the_bill_of_materials(auth_client: AsyncClient) -> None:
    product = ProductFactory.create(with_two_level_bom=True)

    response = await auth_client.get(f"/api/v1/products/{product.id}/requirements?quantity=4")

    assert [Decimal(each["quantity"]) for each in response.json()] == [4, 4, 4]


async def test_a_circular_bill_is_a_conflict_that_names_it(auth_client: AsyncClient) -> None:
    product = ProductFactory.create(sku="LOOP", stocked=True)
    BOMLineFactory.create(product=product, item=product.item)

    response = await auth_client.get(f"/api/v1/products/{product.id}/requirements")

    assert response.status_code == 409
    assert "LOOP > LOOP" in response.json()["detail"]


async def test_a_sales_order_shows_its_customer_and_lines(auth_client: AsyncClient) -> None:
    order = SalesOrderFactory.create(lines=[{"quantity": 3, "unit_price": Decimal("2.50")}])

    shown = (await auth_client.get(f"/api/v1/sales-orders/{order.id}")).json()

    assert (shown["code"], shown["customer"]["name"]) == (order.code, order.customer.name)
    assert [line["total_price"] for line in shown["lines"]] == ["7.50"]


@pytest.mark.parametrize("path", ["sales-orders", "purchase-orders"])
async def test_more_orders_cost_no_more_queries(
    auth_client: AsyncClient, query_counter: Callable[[], int], path: str
) -> None:
    counts = []
    for _ in range(2):
        SalesOrderFactory.create_batch(2, with_lines=True)
        PurchaseOrderFactory.create_batch(2, with_lines=True)
        before = query_counter()
        assert (await auth_client.get(f"/api/v1/{path}")).status_code == 200
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]


async def test_a_list_comes_in_pages(auth_client: AsyncClient) -> None:
    ItemFactory.create_batch(3)

    page = await auth_client.get("/api/v1/items?limit=1&offset=1")

    assert [item["sku"] for item in page.json()] == ["ITEM-0002"]


async def test_shortages_name_what_open_production_lacks(auth_client: AsyncClient) -> None:
    line = BOMLineFactory.create(of_filament=True)
    ProductionOrderFactory.create(product=line.product, released=True)

    (shortage,) = (await auth_client.get("/api/v1/shortages")).json()

    assert shortage["sku"] == line.item.sku
    assert Decimal(shortage["missing"]) == 255


@pytest.mark.parametrize(
    "path,status",
    [("sales-orders/0", 404), ("products/0/requirements", 404), (f"sales-orders/{2**40}", 422)],
)
async def test_what_is_not_there_is_not_found(
    auth_client: AsyncClient, path: str, status: int
) -> None:
    assert (await auth_client.get(f"/api/v1/{path}")).status_code == status
