"""Purchase orders with their vendor and lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item
    from tests.factories import PurchaseOrderFactory

pytestmark = pytest.mark.api


async def test_a_purchase_order_is_shown_whole(
    auth_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory], item: Item
) -> None:
    order = purchase_order_factory.create(
        partly_received=True,
        order_date=date(2026, 3, 1),
        vendor__name="Spoolworks",
        lines=[{"item": item, "quantity": Decimal("7.5"), "quantity_received": Decimal("2.25")}],
    )

    (shown,) = (await auth_client.get("/api/v1/purchase-orders")).json()

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
            }
        ],
    }


async def test_the_newest_order_comes_first_and_the_later_entry_of_a_day(
    auth_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    for code, day in (("first", 2), ("oldest", 1), ("second", 2)):
        purchase_order_factory.create(code=code, order_date=date(2026, 3, day))

    shown = (await auth_client.get("/api/v1/purchase-orders")).json()

    assert [order["code"] for order in shown] == ["second", "first", "oldest"]
