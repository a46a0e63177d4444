"""Items with their stock."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.inventory import low_stock

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from app.models import Vendor
    from tests.factories import (
        ItemFactory,
        ReservationFactory,
    )

pytestmark = pytest.mark.api

ITEMS = "/api/v1/items"


async def test_an_item_shows_what_is_on_hand(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    movements = [{"quantity": Decimal("1000")}, {"issued": True, "quantity": Decimal("-25.5")}]
    pla = item_factory.create(sku="PLA", filament=True, inventory_transactions=movements)

    shown = (await auth_client.get(f"{ITEMS}/{pla.id}")).json()

    assert shown == {
        "id": pla.id,
        "sku": "PLA",
        "name": "Test Item 1",
        "item_type": "raw_material",
        "unit": "g",
        "unit_cost": "0.0250",
        "reorder_point": "1000.0000",
        "minimum_order_quantity": "0.0000",
        "preferred_vendor_id": None,
        "version": 1,
        "on_hand": "974.5000",
        "reserved": "0",
        "available": "974.5000",
    }


async def test_what_is_promised_is_not_available(
    auth_client: AsyncClient,
    item_factory: type[ItemFactory],
    reservation_factory: type[ReservationFactory],
) -> None:
    item = item_factory.create(inventory_transactions=[{"quantity": Decimal(10)}])
    reservation_factory.create(item=item, quantity=Decimal("2.5"))

    (shown,) = (await auth_client.get(ITEMS, params={"q": item.sku})).json()

    amounts = [Decimal(shown[name]) for name in ("on_hand", "reserved", "available")]
    assert amounts == [10, Decimal("2.5"), Decimal("7.5")]


async def test_the_stock_of_each_item_is_its_own(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    item_factory.create(sku="C")
    item_factory.create(sku="A", low_on_stock=True)
    item_factory.create(sku="B", with_stock=True)

    shown = (await auth_client.get(ITEMS)).json()

    assert [item["sku"] for item in shown] == ["A", "B", "C"]
    assert [Decimal(item["on_hand"]) for item in shown] == [5, 110, 0]


async def test_no_item_has_an_id_that_was_never_given(auth_client: AsyncClient) -> None:
    assert (await auth_client.get(f"{ITEMS}/1")).status_code == 404


@pytest.mark.parametrize("low,skus", [("true", ["AT", "BELOW"]), ("false", ["ABOVE", "NEVER"])])
async def test_low_items_are_those_at_or_below_a_reorder_point(
    auth_client: AsyncClient,
    item_factory: type[ItemFactory],
    db: Session,
    low: str,
    skus: list[str],
) -> None:
    for sku, quantity in (("ABOVE", "10.0001"), ("AT", "10"), ("BELOW", "9.9999")):
        item_factory.create(sku=sku, inventory_transactions=[{"quantity": Decimal(quantity)}])
    item_factory.create(sku="NEVER", reorder_point=0)

    response = await auth_client.get(ITEMS, params={"low": low})

    assert [item["sku"] for item in response.json()] == skus
    assert response.headers["X-Total-Count"] == "2"
    assert [item.sku for item, _ in low_stock(db)] == ["AT", "BELOW"]


async def test_an_item_is_low_once_too_much_of_it_is_promised(
    auth_client: AsyncClient,
    item_factory: type[ItemFactory],
    reservation_factory: type[ReservationFactory],
) -> None:
    item = item_factory.create(inventory_transactions=[{"quantity": Decimal(11)}])
    reservation_factory.create(item=item, quantity=Decimal(1))

    shown = (await auth_client.get(ITEMS, params={"low": "true"})).json()

    assert [row["id"] for row in shown] == [item.id]


async def test_items_can_be_listed_by_what_is_available(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    for sku, quantity in (("SOME", 5), ("MUCH", 50)):
        item_factory.create(sku=sku, inventory_transactions=[{"quantity": Decimal(quantity)}])
    item_factory.create(sku="NONE")

    shown = (await auth_client.get(ITEMS, params={"sort": "-available"})).json()

    assert [item["sku"] for item in shown] == ["MUCH", "SOME", "NONE"]


async def test_items_are_found_by_type_and_vendor(
    auth_client: AsyncClient, item_factory: type[ItemFactory], vendor: Vendor
) -> None:
    item_factory.create(sku="A", consumable=True)
    item_factory.create(sku="B", consumable=True, preferred_vendor=vendor)
    item_factory.create(sku="C", preferred_vendor=vendor)

    asked = f"item_type=consumable&preferred_vendor_id={vendor.id}"
    shown = (await auth_client.get(f"{ITEMS}?{asked}")).json()

    assert [item["sku"] for item in shown] == ["B"]
