"""Shipments are found by their order, their carrier and their day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from tests.factories import ProductFactory, SalesOrderFactory, ShipmentFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/sales-orders"
SHIPMENTS = "/api/v1/shipments"


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"T-1", "T-2", "T-3"}),
        ("sales_order_id={first}", {"T-1"}),
        ("sales_order_id=2147483647", set()),
        ("q=dhl", {"T-1", "T-2"}),
        ("q=t-3", {"T-3"}),
        ("shipped_on_from=2026-01-02", {"T-2", "T-3"}),
        ("shipped_on_to=2026-01-02", {"T-1", "T-2"}),
    ],
)
async def test_shipments_are_found_by_what_they_are(
    viewer_client: AsyncClient,
    shipment_factory: type[ShipmentFactory],
    query: str,
    found: set[str],
) -> None:
    made = [
        shipment_factory.create(
            tracking_number=f"T-{day}",
            carrier="UPS" if day == 3 else "DHL",
            shipped_on=date(2026, 1, day),
        )
        for day in (1, 2, 3)
    ]

    response = await viewer_client.get(f"{SHIPMENTS}?{query.format(first=made[0].sales_order_id)}")

    assert {shipment["tracking_number"] for shipment in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))


@pytest.mark.parametrize(
    "query,field",
    [
        ("sales_order_id=0", "sales_order_id"),
        ("shipped_on_from=2026-2-1", "shipped_on_from"),
        ("shipped_on_to=9999-01-01", "shipped_on_to"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(
    viewer_client: AsyncClient, query: str, field: str
) -> None:
    assert await refused_fields(viewer_client.get(f"{SHIPMENTS}?{query}")) == {field}


async def test_a_shipment_that_is_not_there_is_not_shown(viewer_client: AsyncClient) -> None:
    words = await refusal(viewer_client.get(f"{SHIPMENTS}/7"), 404)

    assert words == "no shipment has the id 7"


async def test_a_parcel_costs_as_many_statements_with_twenty_lines_as_with_one(
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
        shipped = await answer(planner_client.post(f"{ORDERS}/{order.id}/shipments"), 201)
        before = query_counter()
        shown = await answer(planner_client.get(f"{SHIPMENTS}/{shipped['id']}"))
        assert len(shown["lines"]) == lines
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]
