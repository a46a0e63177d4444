"""Items as planners make, edit and delete them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.models import Item

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from app.models import Vendor
    from tests.factories import (
        InventoryTransactionFactory,
        PurchaseOrderFactory,
    )

pytestmark = pytest.mark.api

ITEMS = "/api/v1/items"


async def test_a_new_item_is_a_raw_material_counted_in_pieces_of_which_there_is_nothing(
    planner_client: AsyncClient, db: Session
) -> None:
    response = await planner_client.post(ITEMS, json={"sku": "M3", "name": "Screw M3"})

    screw = db.scalars(select(Item)).one()
    assert response.status_code == 201
    assert response.json() == {
        "id": screw.id,
        "sku": "M3",
        "name": "Screw M3",
        "item_type": "raw_material",
        "unit": "ea",
        "unit_cost": "0.0000",
        "reorder_point": "0.0000",
        "minimum_order_quantity": "0.0000",
        "preferred_vendor_id": None,
        "version": 1,
        "on_hand": "0",
        "reserved": "0",
        "available": "0",
    }


@pytest.mark.parametrize("cost", ["0.0249", 0.0249, "99999999.9999", 3])
async def test_a_cost_is_kept_to_the_last_digit(
    planner_client: AsyncClient, db: Session, cost: str | float
) -> None:
    new = {"sku": "PLA", "name": "Filament", "unit_cost": cost}

    await planner_client.post(ITEMS, json=new)

    assert db.scalars(select(Item.unit_cost)).one() == Decimal(str(cost))


@pytest.mark.parametrize(
    "field,value",
    [
        ("sku", ""),
        ("sku", " PLA"),
        ("sku", "x" * 41),
        ("unit", "g\n"),
        ("item_type", "gift"),
        ("unit_cost", "-0.0001"),
        ("unit_cost", "0.00001"),
        ("unit_cost", 0.00001),
        ("unit_cost", "100000000"),
        ("unit_cost", "NaN"),
        ("unit_cost", "Infinity"),
        ("unit_cost", "1e3"),
        ("unit_cost", "1_000"),
        ("unit_cost", True),
        ("unit_cost", None),
        ("reorder_point", -1),
        ("minimum_order_quantity", "much"),
        ("preferred_vendor_id", 0),
        ("preferred_vendor_id", 2_147_483_648),
        ("on_hand", 5),
    ],
)
async def test_an_item_that_could_not_be_is_refused_by_the_field(
    planner_client: AsyncClient, db: Session, field: str, value: Any
) -> None:
    new = {"sku": "PLA", "name": "Filament"} | {field: value}

    response = await planner_client.post(ITEMS, json=new)

    assert response.status_code == 422
    assert {tuple(error["loc"][:2]) for error in response.json()["errors"]} == {("body", field)}
    assert db.scalar(select(func.count()).select_from(Item)) == 0


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
async def test_a_number_that_is_none_is_refused(planner_client: AsyncClient, number: bytes) -> None:
    response = await planner_client.post(
        ITEMS,
        content=b'{"sku": "PLA", "name": "Filament", "unit_cost": %s}' % number,
        headers={"Content-Type": "application/json"},
    )

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", "unit_cost"]]


async def test_an_item_is_bought_from_a_vendor_who_exists(
    planner_client: AsyncClient, item: Item
) -> None:
    change = {"version": 1, "preferred_vendor_id": 2_147_483_647}

    response = await planner_client.patch(f"{ITEMS}/{item.id}", json=change)

    assert response.status_code == 422
    assert response.json()["detail"] == "no vendor has the id 2147483647"


async def test_an_item_is_edited(
    planner_client: AsyncClient, item: Item, vendor: Vendor, db: Session
) -> None:
    change = {"version": 1, "reorder_point": "2.5", "preferred_vendor_id": vendor.id}

    response = await planner_client.patch(f"{ITEMS}/{item.id}", json=change)

    assert response.status_code == 200
    assert (response.json()["reorder_point"], response.json()["version"]) == ("2.5000", 2)
    db.refresh(item)
    assert (item.reorder_point, item.preferred_vendor) == (Decimal("2.5"), vendor)


async def test_the_unit_of_an_item_that_has_moved_stays(
    planner_client: AsyncClient, inventory_transaction_factory: type[InventoryTransactionFactory]
) -> None:
    item = inventory_transaction_factory.create(item__sku="PLA", item__unit="g").item

    change = {"version": 1, "unit": "kg"}
    response = await planner_client.patch(f"{ITEMS}/{item.id}", json=change)

    assert response.status_code == 409
    assert response.json()["detail"] == ("PLA is counted in g; make another item for another unit")


@pytest.mark.parametrize("user", ["bom_line_factory", "purchase_order_line_factory"])
async def test_the_unit_of_an_item_in_a_bill_of_materials_or_an_order_stays(
    planner_client: AsyncClient, request: pytest.FixtureRequest, user: str
) -> None:
    item = request.getfixturevalue(user).create().item

    response = await planner_client.patch(f"{ITEMS}/{item.id}", json={"version": 1, "unit": "kg"})

    assert response.status_code == 409


async def test_the_unit_of_an_item_that_nobody_has_counted_may_change(
    planner_client: AsyncClient, item: Item
) -> None:
    response = await planner_client.patch(f"{ITEMS}/{item.id}", json={"version": 1, "unit": "kg"})

    assert response.json()["unit"] == "kg"


async def test_an_item_that_nothing_refers_to_can_be_deleted(
    planner_client: AsyncClient, item: Item
) -> None:
    path = f"{ITEMS}/{item.id}"

    assert (await planner_client.delete(path)).status_code == 204
    assert (await planner_client.get(path)).status_code == 404


async def test_an_item_that_has_moved_stays(
    planner_client: AsyncClient, inventory_transaction_factory: type[InventoryTransactionFactory]
) -> None:
    item = inventory_transaction_factory.create().item

    response = await planner_client.delete(f"{ITEMS}/{item.id}")

    assert response.status_code == 409
    assert response.json()["detail"] == "This is still in use: inventory transactions refer to it"


async def test_an_item_that_was_ordered_stays(
    planner_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    (line,) = purchase_order_factory.create(lines=1).lines

    assert (await planner_client.delete(f"{ITEMS}/{line.item_id}")).status_code == 409
