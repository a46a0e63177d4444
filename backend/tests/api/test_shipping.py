"""Parcels leave with what is reserved for their order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Product, SalesOrder
    from tests.factories import (
        InventoryTransactionFactory,
        ProductFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.api

ORDERS = "/api/v1/sales-orders"
SHIPMENTS = "/api/v1/shipments"
TODAY = date.today()


@pytest.fixture
def vase(
    product_factory: type[ProductFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
) -> Product:
    """A vase, of which three are in stock."""
    product = product_factory.create(sku="VASE", name="Vase", stocked=True)
    inventory_transaction_factory.create(item=product.item, quantity=Decimal(3))
    return product


@pytest.fixture
async def order(
    planner_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    product_factory: type[ProductFactory],
    vase: Product,
) -> SalesOrder:
    """A confirmed order of five vases, three of them reserved, and of a lamp, of which none is."""
    lines = [{"product": vase, "quantity": 5}, {"product": product_factory.create(stocked=True)}]
    order = sales_order_factory.create(code="SO-1", customer__name="Ada", lines=lines)
    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))
    return order


def parcel(**quantities: int) -> dict[str, Any]:
    """The body of a shipment: `parcel(line1=2)`."""
    lines = quantities.items()
    return {"lines": [{"line_number": int(n[4:]), "quantity": pieces} for n, pieces in lines]}


async def test_a_parcel_holds_all_that_is_reserved_unless_said_otherwise(
    operator_client: AsyncClient, order: SalesOrder, vase: Product
) -> None:
    path = f"{ORDERS}/{order.id}/shipments"
    label = {"carrier": "DHL", "tracking_number": "JD01"}

    shipped = await answer(operator_client.post(path, json=label), 201)

    assert shipped == label | {
        "id": shipped["id"],
        "sales_order": {"id": order.id, "code": "SO-1"},
        "customer": {"id": order.customer_id, "name": "Ada"},
        "shipped_on": str(TODAY),
        "lines": [
            {
                "line_number": 1,
                "product": {"id": vase.id, "sku": "VASE", "name": "Vase"},
                "quantity": 3,
            }
        ],
    }
    assert await answer(operator_client.get(f"{SHIPMENTS}/{shipped['id']}")) == shipped


async def test_a_parcel_needs_no_label(operator_client: AsyncClient, order: SalesOrder) -> None:
    shipped = await answer(operator_client.post(f"{ORDERS}/{order.id}/shipments"), 201)

    assert (shipped["carrier"], shipped["tracking_number"]) == (None, None)
    assert [line["quantity"] for line in shipped["lines"]] == [3]


async def test_what_is_shipped_leaves_the_stock_and_the_reservation(
    operator_client: AsyncClient, order: SalesOrder, vase: Product
) -> None:
    await answer(operator_client.post(f"{ORDERS}/{order.id}/shipments", json=parcel(line1=2)), 201)

    shown = await answer(operator_client.get(f"{ORDERS}/{order.id}"))
    assert shown["status"] == "partly_shipped"
    assert (shown["lines"][0]["quantity_shipped"], shown["lines"][0]["reserved"]) == (2, "1.0000")
    (row,) = await answer(operator_client.get("/api/v1/inventory-transactions?reference=SO-1"))
    assert (row["item_id"], row["transaction_type"], row["quantity"]) == (
        vase.item_id,
        "ship",
        "-2.0000",
    )


async def test_an_order_is_shipped_once_the_last_piece_has_left(
    planner_client: AsyncClient, sales_order_factory: type[SalesOrderFactory], vase: Product
) -> None:
    order = sales_order_factory.create(lines=[{"product": vase, "quantity": 3}])
    path = f"{ORDERS}/{order.id}"
    await answer(planner_client.post(f"{path}/confirm"))

    await answer(planner_client.post(f"{path}/shipments", json=parcel(line1=1)), 201)
    await answer(planner_client.post(f"{path}/shipments"), 201)

    shown = await answer(planner_client.get(path))
    assert (shown["status"], shown["lines"][0]["quantity_shipped"]) == ("shipped", 3)
    found = await answer(planner_client.get(f"{SHIPMENTS}?sales_order_id={order.id}&sort=id"))
    assert [[line["quantity"] for line in each["lines"]] for each in found] == [[1], [2]]


async def test_a_line_that_is_named_twice_is_packed_twice(
    operator_client: AsyncClient, order: SalesOrder
) -> None:
    twice = {"lines": [*parcel(line1=1)["lines"], *parcel(line1=2)["lines"]]}

    shipped = await answer(operator_client.post(f"{ORDERS}/{order.id}/shipments", json=twice), 201)

    assert [(line["line_number"], line["quantity"]) for line in shipped["lines"]] == [(1, 3)]


@pytest.mark.parametrize(
    "lines,status,words",
    [
        (parcel(line1=4), 409, "line 1 of SO-1 has 3 pieces reserved, not 4"),
        (parcel(line1=6), 409, "line 1 of SO-1 has 5 pieces open, not 6"),
        (parcel(line2=1), 409, "line 2 of SO-1 has 0 pieces reserved, not 1"),
        (parcel(line1=1, line7=1), 422, "SO-1 has no line 7"),
    ],
)
async def test_what_cannot_be_packed_is_refused_whole(
    operator_client: AsyncClient, order: SalesOrder, lines: Any, status: int, words: str
) -> None:
    path = f"{ORDERS}/{order.id}/shipments"

    assert words in await refusal(operator_client.post(path, json=lines), status)
    assert await answer(operator_client.get(SHIPMENTS)) == []


async def test_nothing_is_shipped_where_nothing_is_reserved(
    operator_client: AsyncClient, order: SalesOrder
) -> None:
    path = f"{ORDERS}/{order.id}/shipments"
    await answer(operator_client.post(path), 201)

    words = await refusal(operator_client.post(path))

    assert words == "nothing is reserved for SO-1: there is nothing to ship"


@pytest.mark.parametrize("status", ["pending", "shipped", "closed", "cancelled"])
async def test_an_order_in_another_state_is_not_shipped(
    operator_client: AsyncClient, sales_order_factory: type[SalesOrderFactory], status: str
) -> None:
    order = sales_order_factory.create(code="SO-1", status=status)

    words = await refusal(operator_client.post(f"{ORDERS}/{order.id}/shipments"))

    assert words.startswith(f"SO-1 is {status}; it can be shipped only while it is confirmed")


@pytest.mark.parametrize(
    "body,field",
    [
        ({"lines": []}, "lines"),
        ({"lines": None}, "lines"),
        (parcel(line1=0), "quantity"),
        (parcel(line0=1), "line_number"),
        ({"carrier": ""}, "carrier"),
        ({"tracking_number": "1\0"}, "tracking_number"),
        ({"shipped_on": "2026-01-01"}, "shipped_on"),
    ],
)
async def test_a_parcel_that_cannot_be_is_refused_by_its_field(
    operator_client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    path = f"{ORDERS}/7/shipments"

    assert await refused_fields(operator_client.post(path, json=body)) == {field}


async def test_an_order_that_is_not_there_is_not_shipped(operator_client: AsyncClient) -> None:
    words = await refusal(operator_client.post(f"{ORDERS}/7/shipments"), 404)

    assert words == "no sales order has the id 7"
