"""What is needed and when, for whom, and what keeps it from leaving."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, Product, SalesOrder
    from tests.factories import (
        BOMLineFactory,
        InventoryTransactionFactory,
        ItemFactory,
        ProductFactory,
        PurchaseOrderFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.api

ORDERS = "/api/v1/sales-orders"
DUE = date.today() + timedelta(days=7)


@pytest.fixture
def pla(
    item_factory: type[ItemFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
) -> Item:
    """Filament, of which 100 g are in stock."""
    pla = item_factory.create(sku="PLA", name="Filament", filament=True)
    inventory_transaction_factory.create(item=pla, quantity=Decimal(100))
    return pla


@pytest.fixture
def vase(product_factory: type[ProductFactory], pla: Item) -> Product:
    """A vase of 25.5 g of filament."""
    bill = [{"item": pla, "quantity_per": Decimal("25.5")}]
    return product_factory.create(sku="VASE", name="Vase", stocked=True, bom_lines=bill)


@pytest.fixture
async def order(
    planner_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    purchase_order_factory: type[PurchaseOrderFactory],
    vase: Product,
    pla: Item,
) -> SalesOrder:
    """A confirmed order of ten vases, with 50 g of filament on their way in time."""
    order = sales_order_factory.create(
        code="SO-1",
        customer__name="Ada",
        ship_date=DUE,
        lines=[{"product": vase, "quantity": 10}],
    )
    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))
    lines = [{"item": pla, "quantity": Decimal(50), "quantity_received": Decimal(0)}]
    purchase_order_factory.create(
        code="PUR-1", status="ordered", vendor__name="Spoolworks", lines=lines
    )
    return order


async def made_for(client: AsyncClient, order: SalesOrder) -> dict[str, Any]:
    """The one production order for a sales order."""
    query = {"sales_order_id": order.id}
    (made,) = await answer(client.get("/api/v1/production-orders", params=query))
    found: dict[str, Any] = made
    return found


async def test_the_chain_leads_from_the_customer_to_the_vendor(
    planner_client: AsyncClient, order: SalesOrder, vase: Product, pla: Item
) -> None:
    made = await made_for(planner_client, order)

    chain = await answer(planner_client.get(f"{ORDERS}/{order.id}/demand-chain"))

    (line,) = chain.pop("lines")
    assert chain == {
        "customer_id": order.customer_id,
        "customer": "Ada",
        "quote": None,
        "sales_order_id": order.id,
        "sales_order": "SO-1",
        "status": "confirmed",
        "ship_date": str(DUE),
    }
    assert (line["sku"], line["quantity_open"], line["unplanned"]) == ("VASE", 10, "0")
    (production,) = line["production_orders"]
    assert (production["id"], production["status"]) == (made["id"], "draft")
    (component,) = production["components"]
    assert (component["item_id"], component["required"]) == (pla.id, "255.0000")
    assert component["missing"] == "105.0000"
    assert [
        (source["kind"], source["quantity"], source["document"], source["vendor"])
        for source in component["sources"]
    ] == [
        ("stock", "100.0000", None, None),
        ("purchase", "50.0000", "PUR-1", "Spoolworks"),
        ("missing", "105.0000", None, None),
    ]


async def test_blockers_say_what_each_line_waits_for(
    planner_client: AsyncClient, order: SalesOrder
) -> None:
    made = await made_for(planner_client, order)

    (line,) = await answer(planner_client.get(f"{ORDERS}/{order.id}/blockers"))

    blockers = line.pop("blockers")
    assert line == {
        "line_number": 1,
        "sku": "VASE",
        "quantity_open": 10,
        "reserved": "0",
        "state": "blocked",
    }
    assert [(each["kind"], each["document"]) for each in blockers] == [
        ("material_short", made["code"]),
        ("material_coming", made["code"]),
        ("not_released", made["code"]),
    ]
    assert blockers[0]["message"].startswith("105 g of PLA are missing")


async def test_a_line_in_stock_is_blocked_by_nothing(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    sales_order_factory: type[SalesOrderFactory],
) -> None:
    order = sales_order_factory.create(lines=[{"product": product_factory.create(with_stock=True)}])
    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    (line,) = await answer(planner_client.get(f"{ORDERS}/{order.id}/blockers"))

    assert (line["state"], line["reserved"], line["blockers"]) == ("ready", "1.0000", [])


async def test_an_item_is_followed_over_time(
    viewer_client: AsyncClient, planner_client: AsyncClient, order: SalesOrder, pla: Item
) -> None:
    made = await made_for(planner_client, order)

    timeline = await answer(viewer_client.get(f"/api/v1/items/{pla.id}/timeline"))

    entries = timeline.pop("entries")
    assert timeline == {
        "item_id": pla.id,
        "sku": "PLA",
        "name": "Filament",
        "unit": "g",
        "on_hand": "100.0000",
    }
    assert [
        (each["on"], each["kind"], each["document"], each["quantity"], each["balance"])
        for each in entries
    ] == [
        (
            str(date.today() + timedelta(days=3)),
            "purchase_order",
            "PUR-1",
            "50.0000",
            "150.0000",
        ),
        (str(DUE), "production_order", made["code"], "-255.0000", "-105.0000"),
    ]


async def test_shortages_say_how_much_is_missing_and_for_whom(
    viewer_client: AsyncClient, planner_client: AsyncClient, order: SalesOrder, pla: Item
) -> None:
    made = await made_for(planner_client, order)

    (shortage,) = await answer(viewer_client.get("/api/v1/shortages"))

    assert shortage == {
        "item_id": pla.id,
        "sku": "PLA",
        "name": "Filament",
        "unit": "g",
        "made_here": False,
        "required": "255.0000",
        "on_hand": "100.0000",
        "on_order": "50.0000",
        "missing": "105.0000",
        "needed_by": str(DUE),
        "short_for": [
            {
                "sales_order_id": order.id,
                "sales_order": "SO-1",
                "line_number": 1,
                "production_order_id": made["id"],
                "production_order": made["code"],
                "needed_by": str(DUE),
                "missing": "105.0000",
            }
        ],
    }


@pytest.mark.parametrize(
    "path",
    [
        "sales-orders/{order}/demand-chain",
        "sales-orders/{order}/blockers",
        "items/{item}/timeline",
        "shortages",
        "purchase-suggestions",
    ],
)
async def test_a_circular_bill_is_a_conflict_that_names_it(
    viewer_client: AsyncClient,
    order: SalesOrder,
    vase: Product,
    pla: Item,
    bom_line_factory: type[BOMLineFactory],
    path: str,
) -> None:
    bom_line_factory.create(product=vase, item=vase.item)

    words = await refusal(viewer_client.get(f"/api/v1/{path.format(order=order.id, item=pla.id)}"))

    assert "VASE > VASE" in words


@pytest.mark.parametrize(
    "path,words",
    [
        ("sales-orders/7/demand-chain", "no sales order has the id 7"),
        ("sales-orders/7/blockers", "no sales order has the id 7"),
        ("items/7/timeline", "no item has the id 7"),
    ],
)
async def test_what_is_not_there_needs_nothing(
    viewer_client: AsyncClient, path: str, words: str
) -> None:
    assert await refusal(viewer_client.get(f"/api/v1/{path}"), 404) == words
