"""Sales orders with their customer and lines: shown and found, through asynchronous endpoints."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from app.models import Customer, Product
    from tests.factories import ProductFactory, SalesOrderFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/sales-orders"
TODAY = date.today()


async def test_a_sales_order_is_shown_whole(
    viewer_client: AsyncClient, sales_order_factory: type[SalesOrderFactory], product: Product
) -> None:
    day = date(2026, 3, 1)
    line = {"product": product, "quantity": 3, "unit_price": Decimal("2.35")}
    order = sales_order_factory.create(order_date=day, customer__name="Ada", lines=[line])

    shown = await answer(viewer_client.get(f"{ORDERS}/{order.id}"))

    assert shown == {
        "id": order.id,
        "code": "SO-2026-0001",
        "status": "pending",
        "quote_id": None,
        "order_date": "2026-03-01",
        "ship_date": "2026-03-08",
        "customer": {"id": order.customer_id, "name": "Ada"},
        "lines": [
            {
                "line_number": 1,
                "product": {"id": product.id, "sku": "PROD-0001", "name": "Test Product 1"},
                "quantity": 3,
                "quantity_shipped": 0,
                "reserved": "0",
                "unit_price": "2.35",
                "total_price": "7.05",
            }
        ],
        "total": "7.05",
        "version": 1,
    }


async def test_an_order_names_the_quote_that_it_comes_from(
    viewer_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    order = sales_order_factory.create(quoted=True)

    shown = await answer(viewer_client.get(f"{ORDERS}/{order.id}"))

    assert order.quote_id is not None
    assert shown["quote_id"] == order.quote_id


async def test_lines_come_in_the_order_of_their_numbers(
    viewer_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    numbers = [{"line_number": number} for number in (3, 1, 2)]
    order = sales_order_factory.create(lines=numbers)

    shown = await answer(viewer_client.get(f"{ORDERS}/{order.id}"))

    assert [line["line_number"] for line in shown["lines"]] == [1, 2, 3]
    assert shown["total"] == "299.97"


async def test_the_newest_order_comes_first_and_the_later_entry_of_a_day(
    viewer_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    for code, days_ago in (("first", 1), ("oldest", 9), ("second", 1)):
        sales_order_factory.create(code=code, order_date=TODAY - timedelta(days=days_ago))

    shown = await answer(viewer_client.get(ORDERS))

    assert [order["code"] for order in shown] == ["second", "first", "oldest"]


async def test_what_was_shipped_is_shown(
    viewer_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    lines = [{"quantity": 4, "quantity_shipped": 2}, {"quantity": 4, "quantity_shipped": 0}]
    order = sales_order_factory.create(lines=lines)

    shown = await answer(viewer_client.get(f"{ORDERS}/{order.id}"))

    assert [line["quantity_shipped"] for line in shown["lines"]] == [2, 0]


async def test_an_order_costs_as_many_statements_with_twenty_lines_as_with_one(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    sales_order_factory: type[SalesOrderFactory],
    query_counter: Callable[[], int],
) -> None:
    counts = []
    for lines in (1, 20):
        products = product_factory.create_batch(lines, with_stock=True)
        order = sales_order_factory.create(lines=[{"product": each} for each in products])
        await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))
        before = query_counter()
        shown = await answer(planner_client.get(f"{ORDERS}/{order.id}"))
        assert [Decimal(line["reserved"]) for line in shown["lines"]] == [1] * lines
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("order,status", [("7", 404), ("0", 422), ("x", 422), (str(2**40), 422)])
async def test_what_names_no_sales_order_is_not_shown(
    viewer_client: AsyncClient, order: str, status: int
) -> None:
    words = await refusal(viewer_client.get(f"{ORDERS}/{order}"), status)

    assert words.startswith("no sales order has the id 7" if status == 404 else "path.order_id")


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"S-1", "S-2", "S-3"}),
        ("status=confirmed", {"S-2"}),
        ("status=confirmed&status=cancelled", {"S-2", "S-3"}),
        ("customer_id={ada}", {"S-1", "S-2"}),
        ("customer_id={ada}&status=pending", {"S-1"}),
        ("customer_id=2147483647", set()),
        ("q=s-3", {"S-3"}),
        ("order_date_from=2026-02-01", {"S-2", "S-3"}),
        ("order_date_to=2026-02-01", {"S-1", "S-2"}),
        ("ship_date_from=2026-02-02", {"S-2", "S-3"}),
        ("ship_date_to=2026-02-02", {"S-1", "S-2"}),
        ("ship_date_from=2026-01-03&ship_date_to=2026-03-01", {"S-2"}),
    ],
)
async def test_orders_are_found_by_what_they_are(
    viewer_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    customer: Customer,
    query: str,
    found: set[str],
) -> None:
    for number, status in ((1, "pending"), (2, "confirmed"), (3, "cancelled")):
        sales_order_factory.create(
            code=f"S-{number}",
            status=status,
            order_date=date(2026, number, 1),
            ship_date=date(2026, number, 2),
            **{"customer": customer} if number < 3 else {},
        )

    response = await viewer_client.get(f"{ORDERS}?{query.format(ada=customer.id)}")

    assert {order["code"] for order in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))


@pytest.mark.parametrize(
    "status,is_overdue",
    [
        *((status, True) for status in ("pending", "confirmed", "in_production", "ready")),
        ("partly_shipped", True),
        *((status, False) for status in ("shipped", "closed", "cancelled")),
    ],
)
async def test_an_order_is_overdue_while_it_still_owes_something(
    viewer_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    status: str,
    is_overdue: bool,
) -> None:
    a_week_ago = TODAY - timedelta(days=7)
    for code, day in (("late", TODAY - timedelta(days=1)), ("due", TODAY), ("open", None)):
        sales_order_factory.create(code=code, status=status, order_date=a_week_ago, ship_date=day)

    overdue = await answer(viewer_client.get(f"{ORDERS}?overdue=true"))
    others = await answer(viewer_client.get(f"{ORDERS}?overdue=false"))

    assert {order["code"] for order in overdue} == ({"late"} if is_overdue else set())
    assert {order["code"] for order in overdue + others} == {"late", "due", "open"}
    assert len(overdue + others) == 3


@pytest.mark.parametrize(
    "query,field",
    [
        ("status=lost", "0"),
        ("customer_id=2147483648", "customer_id"),
        ("order_date_from=2026-02-30", "order_date_from"),
        ("order_date_to=0999-01-01", "order_date_to"),
        ("ship_date_from=1700000000", "ship_date_from"),
        ("ship_date_to=", "ship_date_to"),
        ("overdue=maybe", "overdue"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(
    viewer_client: AsyncClient, query: str, field: str
) -> None:
    assert await refused_fields(viewer_client.get(f"{ORDERS}?{query}")) == {field}
