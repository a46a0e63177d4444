"""Production orders, and what they lack."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from httpx import AsyncClient

    from tests.factories import (
        BOMLineFactory,
        ProductFactory,
        ProductionOrderFactory,
        PurchaseOrderFactory,
    )

pytestmark = pytest.mark.api


async def test_a_production_order_is_shown_with_what_it_is_for(
    auth_client: AsyncClient, production_order_factory: type[ProductionOrderFactory]
) -> None:
    order = production_order_factory.create(
        made_to_order=True, half_completed=True, scrapped=True, code="PO-1"
    )

    (shown,) = (await auth_client.get("/api/v1/production-orders")).json()

    assert shown == {
        "id": order.id,
        "code": "PO-1",
        "status": "in_progress",
        "product_id": order.product_id,
        "quantity_ordered": 10,
        "quantity_completed": 5,
        "quantity_scrapped": 2,
        "sales_order_id": order.sales_order_id,
        "sales_order_line": 1,
        "printer_id": order.printer_id,
    }
    assert None not in shown.values()


async def test_the_newest_production_order_comes_first(
    auth_client: AsyncClient, production_order_factory: type[ProductionOrderFactory]
) -> None:
    made = production_order_factory.create_batch(3)

    shown = (await auth_client.get("/api/v1/production-orders")).json()

    assert [order["id"] for order in shown] == [order.id for order in reversed(made)]


async def test_shortages_name_what_open_production_lacks(
    auth_client: AsyncClient,
    bom_line_factory: type[BOMLineFactory],
    production_order_factory: type[ProductionOrderFactory],
    purchase_order_factory: type[PurchaseOrderFactory],
) -> None:
    line = bom_line_factory.create(of_filament=True)
    production_order_factory.create(product=line.product, half_completed=True)
    purchase_order_factory.create(
        ordered=True, lines=[{"item": line.item, "quantity": Decimal("27.25")}]
    )

    (shortage,) = (await auth_client.get("/api/v1/shortages")).json()

    assert shortage == {
        "item_id": line.item_id,
        "sku": "ITEM-0001",
        "name": "Test Item 1",
        "unit": "g",
        "made_here": False,
        "required": "127.5000",
        "on_hand": "0",
        "on_order": "27.2500",
        "missing": "100.2500",
    }


async def test_a_circular_bill_is_a_conflict_that_names_it(
    auth_client: AsyncClient,
    product_factory: type[ProductFactory],
    bom_line_factory: type[BOMLineFactory],
    production_order_factory: type[ProductionOrderFactory],
) -> None:
    product = product_factory.create(sku="LOOP", stocked=True)
    bom_line_factory.create(product=product, item=product.item)
    production_order_factory.create(product=product)

    response = await auth_client.get("/api/v1/shortages")

    assert response.status_code == 409
    assert "LOOP > LOOP" in response.json()["detail"]
