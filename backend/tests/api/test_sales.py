"""Sales orders with their customer and lines, through asynchronous endpoints."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Product
    from tests.factories import SalesOrderFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/sales-orders"


async def test_a_sales_order_is_shown_whole(
    auth_client: AsyncClient, sales_order_factory: type[SalesOrderFactory], product: Product
) -> None:
    day = date(2026, 3, 1)
    line = {"product": product, "quantity": 3, "unit_price": Decimal("2.35")}
    order = sales_order_factory.create(order_date=day, customer__name="Ada", lines=[line])

    shown = (await auth_client.get(f"{ORDERS}/{order.id}")).json()

    assert shown == {
        "id": order.id,
        "code": "SO-2026-0001",
        "status": "pending",
        "order_date": "2026-03-01",
        "ship_date": "2026-03-08",
        "customer": {"id": order.customer_id, "name": "Ada"},
        "lines": [
            {
                "line_number": 1,
                "product": {"id": product.id, "sku": "PROD-0001", "name": "Test Product 1"},
                "quantity": 3,
                "quantity_shipped": 0,
                "unit_price": "2.35",
                "total_price": "7.05",
            }
        ],
    }


async def test_lines_come_in_the_order_of_their_numbers(
    auth_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    numbers = [{"line_number": number} for number in (3, 1, 2)]
    order = sales_order_factory.create(lines=numbers)

    shown = (await auth_client.get(f"{ORDERS}/{order.id}")).json()

    assert [line["line_number"] for line in shown["lines"]] == [1, 2, 3]


async def test_the_newest_order_comes_first_and_the_later_entry_of_a_day(
    auth_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    today = date.today()
    for code, days_ago in (("first", 1), ("oldest", 9), ("second", 1)):
        sales_order_factory.create(code=code, order_date=today - timedelta(days=days_ago))

    shown = (await auth_client.get(ORDERS)).json()

    assert [order["code"] for order in shown] == ["second", "first", "oldest"]


async def test_what_was_shipped_is_shown(
    auth_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    sales_order_factory.create(partly_shipped=True, lines=2, lines__quantity=4)

    (order,) = (await auth_client.get(ORDERS)).json()

    assert order["status"] == "partly_shipped"
    assert [line["quantity_shipped"] for line in order["lines"]] == [2, 0]


@pytest.mark.parametrize("order,status", [("0", 404), ("x", 422), (str(2**40), 422)])
async def test_what_names_no_sales_order_is_not_shown(
    auth_client: AsyncClient, order: str, status: int
) -> None:
    assert (await auth_client.get(f"{ORDERS}/{order}")).status_code == status
