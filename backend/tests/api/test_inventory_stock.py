"""What is in stock, what it is worth, and to whom it is promised."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from .answers import answer, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, ProductionOrder, SalesOrder
    from tests.factories import (
        InventoryTransactionFactory,
        ItemFactory,
        ProductFactory,
        ProductionOrderFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.api

STOCK = "/api/v1/stock"
VALUE = "/api/v1/stock-valuation"
PROMISED = "/api/v1/reservations"


@pytest.fixture
def pla(
    item_factory: type[ItemFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
) -> Item:
    """Filament, of which 1500.5 g are in stock, bought again at 1000 g."""
    pla = item_factory.create(sku="PLA", name="Filament", filament=True)
    inventory_transaction_factory.create(item=pla, quantity=Decimal("1500.5"))
    return pla


@pytest.fixture
async def made(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    production_order_factory: type[ProductionOrderFactory],
    pla: Item,
) -> ProductionOrder:
    """A released order of ten pieces that take 50.05 g each."""
    bill = [{"item": pla, "quantity_per": Decimal("50.05")}]
    order = production_order_factory.create(
        code="PO-1", product=product_factory.create(bom_lines=bill)
    )
    await answer(planner_client.post(f"/api/v1/production-orders/{order.id}/release"))
    return order


@pytest.fixture
async def sold(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    sales_order_factory: type[SalesOrderFactory],
) -> SalesOrder:
    """A ready order of one stocked vase."""
    vase = product_factory.create(sku="VASE", with_stock=True, item__sku="VASE")
    order = sales_order_factory.create(code="SO-1", lines=[{"product": vase}])
    await answer(planner_client.post(f"/api/v1/sales-orders/{order.id}/confirm"))
    return order


async def test_stock_is_what_is_there_and_what_of_it_is_promised(
    viewer_client: AsyncClient, pla: Item, made: ProductionOrder
) -> None:
    (shown,) = await answer(viewer_client.get(STOCK))

    assert shown == {
        "item_id": pla.id,
        "sku": "PLA",
        "name": "Filament",
        "unit": "g",
        "on_hand": "1500.5000",
        "reserved": "500.5000",
        "available": "1000.0000",
        "reorder_point": "1000.0000",
        "low": True,
    }


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"A": True, "B": False, "C": False, "D": True}),
        ("low=true", {"A": True, "D": True}),
        ("low=false", {"B": False, "C": False}),
        ("low=true&q=d", {"D": True}),
        ("q=nozzle", {"B": False}),
    ],
)
async def test_what_is_low_is_found(
    viewer_client: AsyncClient,
    item_factory: type[ItemFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
    query: str,
    found: dict[str, bool],
) -> None:
    for sku, name, reorder_point, quantity in (
        ("A", "Belt", 10, "10"),
        ("B", "Nozzle", 10, "10.0001"),
    ):
        item = item_factory.create(sku=sku, name=name, reorder_point=Decimal(reorder_point))
        inventory_transaction_factory.create(item=item, quantity=Decimal(quantity))
    item_factory.create(sku="C", name="Fan", reorder_point=Decimal(0))
    item_factory.create(sku="D", name="Glass", reorder_point=Decimal("0.0001"))

    response = await viewer_client.get(f"{STOCK}?{query}")

    assert {row["sku"]: row["low"] for row in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))


async def test_low_is_yes_or_no(viewer_client: AsyncClient) -> None:
    assert await refused_fields(viewer_client.get(f"{STOCK}?low=rather")) == {"low"}


async def test_the_value_of_the_stock_is_summed_to_the_cent(
    viewer_client: AsyncClient,
    item_factory: type[ItemFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
    pla: Item,
) -> None:
    screw = item_factory.create(sku="M3", name="Screw", unit_cost=Decimal("0.0123"))
    inventory_transaction_factory.create(item=screw, quantity=Decimal(3))
    item_factory.create(sku="NONE")

    shown = await answer(viewer_client.get(VALUE))

    assert shown == {
        "total": "37.55",
        "items": [
            {
                "item_id": screw.id,
                "sku": "M3",
                "name": "Screw",
                "unit": "ea",
                "on_hand": "3.0000",
                "unit_cost": "0.0123",
                "value": "0.04",
            },
            {
                "item_id": pla.id,
                "sku": "PLA",
                "name": "Filament",
                "unit": "g",
                "on_hand": "1500.5000",
                "unit_cost": "0.0250",
                "value": "37.51",
            },
        ],
    }


async def test_an_empty_stock_is_worth_nothing(viewer_client: AsyncClient, item: Item) -> None:
    assert await answer(viewer_client.get(VALUE)) == {"total": "0.00", "items": []}


async def test_a_reservation_names_the_production_order_that_it_is_for(
    viewer_client: AsyncClient, pla: Item, made: ProductionOrder
) -> None:
    (shown,) = await answer(viewer_client.get(PROMISED))

    assert shown == {
        "id": shown["id"],
        "item": {"id": pla.id, "sku": "PLA", "name": "Filament", "unit": "g"},
        "quantity": "500.5000",
        "sales_order_line": None,
        "production_order": {"id": made.id, "code": "PO-1"},
        "created_at": shown["created_at"],
    }


async def test_a_reservation_names_the_line_that_it_is_for(
    viewer_client: AsyncClient, sold: SalesOrder
) -> None:
    (shown,) = await answer(viewer_client.get(PROMISED))

    assert (shown["quantity"], shown["production_order"]) == ("1.0000", None)
    assert shown["sales_order_line"] == {
        "sales_order": {"id": sold.id, "code": "SO-1"},
        "line_number": 1,
    }


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"PLA", "VASE"}),
        ("item_id={pla}", {"PLA"}),
        ("sales_order_id={sold}", {"VASE"}),
        ("production_order_id={made}", {"PLA"}),
        ("production_order_id={made}&sales_order_id={sold}", set()),
        ("sales_order_id=2147483647", set()),
        ("q=filament", {"PLA"}),
        ("q=VASE", {"VASE"}),
    ],
)
async def test_reservations_are_found_by_what_they_are(
    viewer_client: AsyncClient,
    pla: Item,
    made: ProductionOrder,
    sold: SalesOrder,
    query: str,
    found: set[str],
) -> None:
    ids = {"pla": pla.id, "made": made.id, "sold": sold.id}

    response = await viewer_client.get(f"{PROMISED}?{query.format(**ids)}")

    assert {row["item"]["sku"] for row in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))
