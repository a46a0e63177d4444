"""Purchase orders with their vendor and lines: shown and found."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from app.models import Item, Vendor
    from tests.factories import PurchaseOrderFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/purchase-orders"
TODAY = date.today()


async def test_a_purchase_order_is_shown_whole(
    viewer_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory], item: Item
) -> None:
    order = purchase_order_factory.create(
        status="partly_received",
        order_date=date(2026, 3, 1),
        vendor__name="Spoolworks",
        lines=[{"item": item, "quantity": Decimal("7.5"), "quantity_received": Decimal("2.25")}],
    )

    shown = await answer(viewer_client.get(f"{ORDERS}/{order.id}"))

    assert shown == {
        "id": order.id,
        "code": "PUR-2026-0001",
        "status": "partly_received",
        "order_date": "2026-03-01",
        "expected_date": "2026-03-04",
        "vendor": {"id": order.vendor_id, "name": "Spoolworks"},
        "lines": [
            {
                "line_number": 1,
                "item": {
                    "id": item.id,
                    "sku": "ITEM-0001",
                    "name": "Test Item 1",
                    "unit": "ea",
                },
                "quantity": "7.5000",
                "quantity_received": "2.2500",
                "unit_cost": "10.0000",
                "total_cost": "75.00",
            }
        ],
        "total": "75.00",
        "version": 1,
    }


async def test_the_newest_order_comes_first_and_the_later_entry_of_a_day(
    viewer_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    for code, day in (("first", 2), ("oldest", 1), ("second", 2)):
        purchase_order_factory.create(code=code, order_date=date(2026, 3, day))

    shown = await answer(viewer_client.get(ORDERS))

    assert [order["code"] for order in shown] == ["second", "first", "oldest"]


async def test_an_order_costs_as_many_statements_with_twenty_lines_as_with_one(
    viewer_client: AsyncClient,
    purchase_order_factory: type[PurchaseOrderFactory],
    query_counter: Callable[[], int],
) -> None:
    counts = []
    for lines in (1, 20):
        order = purchase_order_factory.create(lines=lines)
        before = query_counter()
        shown = await answer(viewer_client.get(f"{ORDERS}/{order.id}"))
        assert len(shown["lines"]) == lines
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("order,status", [("7", 404), ("0", 422), ("x", 422), (str(2**40), 422)])
async def test_what_names_no_purchase_order_is_not_shown(
    viewer_client: AsyncClient, order: str, status: int
) -> None:
    words = await refusal(viewer_client.get(f"{ORDERS}/{order}"), status)

    assert words.startswith("no purchase order has the id 7" if status == 404 else "path.order_id")


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"B-1", "B-2", "B-3"}),
        ("status=ordered", {"B-2"}),
        ("status=ordered&status=received", {"B-2", "B-3"}),
        ("vendor_id={vendor}", {"B-1", "B-2"}),
        ("vendor_id={vendor}&status=draft", {"B-1"}),
        ("vendor_id=2147483647", set()),
        ("q=b-3", {"B-3"}),
        ("expected_date_from=2026-02-02", {"B-2", "B-3"}),
        ("expected_date_to=2026-02-02", {"B-1", "B-2"}),
    ],
)
async def test_orders_are_found_by_what_they_are(
    viewer_client: AsyncClient,
    purchase_order_factory: type[PurchaseOrderFactory],
    vendor: Vendor,
    query: str,
    found: set[str],
) -> None:
    for number, status in ((1, "draft"), (2, "ordered"), (3, "received")):
        purchase_order_factory.create(
            code=f"B-{number}",
            status=status,
            expected_date=date(2026, number, 2),
            **{"vendor": vendor} if number < 3 else {},
        )

    response = await viewer_client.get(f"{ORDERS}?{query.format(vendor=vendor.id)}")

    assert {order["code"] for order in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))


@pytest.mark.parametrize(
    "status,is_overdue",
    [
        *((status, True) for status in ("ordered", "partly_received")),
        *((status, False) for status in ("draft", "received", "cancelled")),
    ],
)
async def test_an_order_is_overdue_while_the_vendor_still_owes_something(
    viewer_client: AsyncClient,
    purchase_order_factory: type[PurchaseOrderFactory],
    status: str,
    is_overdue: bool,
) -> None:
    for code, day in (("late", TODAY - timedelta(days=1)), ("due", TODAY), ("open", None)):
        purchase_order_factory.create(code=code, status=status, expected_date=day)

    overdue = await answer(viewer_client.get(f"{ORDERS}?overdue=true"))
    others = await answer(viewer_client.get(f"{ORDERS}?overdue=false"))

    assert {order["code"] for order in overdue} == ({"late"} if is_overdue else set())
    assert {order["code"] for order in overdue + others} == {"late", "due", "open"}
    assert len(overdue + others) == 3


@pytest.mark.parametrize(
    "query,field",
    [
        ("status=lost", "0"),
        ("vendor_id=0", "vendor_id"),
        ("expected_date_from=1.1.2026", "expected_date_from"),
        ("expected_date_to=9999-01-01", "expected_date_to"),
        ("overdue=", "overdue"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(
    viewer_client: AsyncClient, query: str, field: str
) -> None:
    assert await refused_fields(viewer_client.get(f"{ORDERS}?{query}")) == {field}
