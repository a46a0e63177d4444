"""What it takes to make a product, over all levels of its bill of materials."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Product
    from tests.factories import (
        BOMLineFactory,
        ItemFactory,
        ProductFactory,
    )

pytestmark = pytest.mark.api

PRODUCTS = "/api/v1/products"


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

    path = f"{PRODUCTS}/{lamp.id}/requirements"
    needed = (await auth_client.get(path, params={"quantity": 40})).json()

    assert [(each["sku"], each["unit"]) for each in needed] == [("BOX", "ea"), ("PLA", "g")]
    assert [Decimal(each["quantity"]) for each in needed] == [40, 40 * 2 * Decimal("180.5")]


async def test_requirements_are_those_of_one_piece_where_no_quantity_is_given(
    auth_client: AsyncClient, bom_line_factory: type[BOMLineFactory]
) -> None:
    line = bom_line_factory.create(of_filament=True)

    response = await auth_client.get(f"{PRODUCTS}/{line.product_id}/requirements")

    assert [Decimal(each["quantity"]) for each in response.json()] == [Decimal("25.5")]


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1000001", "many"])
async def test_a_quantity_that_nobody_orders_is_refused(
    auth_client: AsyncClient, product: Product, quantity: str
) -> None:
    path = f"{PRODUCTS}/{product.id}/requirements"

    response = await auth_client.get(path, params={"quantity": quantity})

    assert response.status_code == 422


async def test_a_circular_bill_is_a_conflict_that_names_it(
    auth_client: AsyncClient,
    product_factory: type[ProductFactory],
    bom_line_factory: type[BOMLineFactory],
) -> None:
    product = product_factory.create(sku="LOOP", stocked=True)
    bom_line_factory.create(product=product, item=product.item)

    response = await auth_client.get(f"{PRODUCTS}/{product.id}/requirements")

    assert response.status_code == 409
    assert response.json()["type"] == "urn:filaops:circular-bill"
    assert "LOOP > LOOP" in response.json()["detail"]


@pytest.mark.parametrize("product,status", [("1", 404), ("0", 422), ("x", 422), (2**40, 422)])
async def test_what_names_no_product_has_no_requirements(
    auth_client: AsyncClient, product: str | int, status: int
) -> None:
    response = await auth_client.get(f"{PRODUCTS}/{product}/requirements")

    assert response.status_code == status
