"""Items with their stock, and products with all that they take."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from httpx import AsyncClient

    from tests.factories import BOMLineFactory, ItemFactory, ProductFactory

pytestmark = pytest.mark.api


async def test_an_item_shows_what_is_on_hand(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    movements = [{"quantity": Decimal("1000")}, {"issued": True, "quantity": Decimal("-25.5")}]
    pla = item_factory.create(sku="PLA", filament=True, inventory_transactions=movements)

    (shown,) = (await auth_client.get("/api/v1/items")).json()

    assert shown == {
        "id": pla.id,
        "sku": "PLA",
        "name": "Test Item 1",
        "item_type": "raw_material",
        "unit": "g",
        "unit_cost": "0.0250",
        "reorder_point": "1000.0000",
        "on_hand": "974.5000",
    }


async def test_the_stock_of_each_item_is_its_own(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    item_factory.create(sku="C")
    item_factory.create(sku="A", low_on_stock=True)
    item_factory.create(sku="B", with_stock=True)

    shown = (await auth_client.get("/api/v1/items")).json()

    assert [item["sku"] for item in shown] == ["A", "B", "C"]
    assert [Decimal(item["on_hand"]) for item in shown] == [5, 110, 0]


async def test_products_are_listed_by_sku(
    auth_client: AsyncClient, product_factory: type[ProductFactory]
) -> None:
    vase = product_factory.create(sku="VASE", unit_price=Decimal("19.9"))
    lamp = product_factory.create(sku="LAMP", stocked=True, description=None)

    shown = (await auth_client.get("/api/v1/products")).json()

    assert [(each["id"], each["item_id"]) for each in shown] == [
        (lamp.id, lamp.item_id),
        (vase.id, None),
    ]
    assert [each["unit_price"] for each in shown] == ["99.99", "19.90"]
    assert [each["description"] for each in shown] == [None, "Test product"]


async def test_requirements_follow_the_bill_of_materials_over_its_levels(
    auth_client: AsyncClient,
    item_factory: type[ItemFactory],
    product_factory: type[ProductFactory],
) -> None:
    pla = item_factory.create(sku="PLA", filament=True)
    box = item_factory.create(sku="BOX")
    shade = product_factory.create(
        stocked=True, bom_lines=[{"item": pla, "quantity_per": Decimal("180.5")}]
    )
    lamp = product_factory.create(
        bom_lines=[{"item": shade.item, "quantity_per": Decimal(2)}, {"item": box}]
    )

    path = f"/api/v1/products/{lamp.id}/requirements"
    needed = (await auth_client.get(path, params={"quantity": 40})).json()

    assert [(each["sku"], each["unit"]) for each in needed] == [("BOX", "ea"), ("PLA", "g")]
    assert [Decimal(each["quantity"]) for each in needed] == [40, 40 * 2 * Decimal("180.5")]


async def test_requirements_are_those_of_one_piece_where_no_quantity_is_given(
    auth_client: AsyncClient, bom_line_factory: type[BOMLineFactory]
) -> None:
    line = bom_line_factory.create(of_filament=True)

    response = await auth_client.get(f"/api/v1/products/{line.product_id}/requirements")

    assert [Decimal(each["quantity"]) for each in response.json()] == [Decimal("25.5")]


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1000001", "many"])
async def test_a_quantity_that_nobody_orders_is_refused(
    auth_client: AsyncClient, bom_line_factory: type[BOMLineFactory], quantity: str
) -> None:
    line = bom_line_factory.create()

    response = await auth_client.get(
        f"/api/v1/products/{line.product_id}/requirements", params={"quantity": quantity}
    )

    assert response.status_code == 422


async def test_a_circular_bill_is_a_conflict_that_names_it(
    auth_client: AsyncClient,
    product_factory: type[ProductFactory],
    bom_line_factory: type[BOMLineFactory],
) -> None:
    product = product_factory.create(sku="LOOP", stocked=True)
    bom_line_factory.create(product=product, item=product.item)

    response = await auth_client.get(f"/api/v1/products/{product.id}/requirements")

    assert response.status_code == 409
    assert "LOOP > LOOP" in response.json()["detail"]


@pytest.mark.parametrize("product,status", [("0", 404), ("x", 422), (str(2**40), 422)])
async def test_what_names_no_product_has_no_requirements(
    auth_client: AsyncClient, product: str, status: int
) -> None:
    response = await auth_client.get(f"/api/v1/products/{product}/requirements")

    assert response.status_code == status
