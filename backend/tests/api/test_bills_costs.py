"""What a product costs to make, and which products take an item."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from .answers import answer, refusal

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, Product
    from tests.factories import BOMLineFactory, ItemFactory, ProductFactory

pytestmark = pytest.mark.api


@pytest.fixture
def pla(item_factory: type[ItemFactory]) -> Item:
    """Filament at 0.0250 a gram."""
    return item_factory.create(sku="PLA", filament=True)


@pytest.fixture
def shade(product_factory: type[ProductFactory], pla: Item) -> Product:
    """A lamp's shade of 100 g of filament and 5 % scrap."""
    bill = [{"item": pla, "quantity_per": Decimal(100), "scrap_factor": Decimal("0.05")}]
    return product_factory.create(sku="SHADE", name="Shade", stocked=True, bom_lines=bill)


@pytest.fixture
def lamp(
    product_factory: type[ProductFactory], item_factory: type[ItemFactory], shade: Product
) -> Product:
    """A lamp of two shades and a bulb at 1.50."""
    bulb = item_factory.create(sku="BULB", unit_cost=Decimal("1.5"))
    bill = [{"item": shade.item, "quantity_per": Decimal(2)}, {"item": bulb}]
    return product_factory.create(
        sku="LAMP", name="Lamp", unit_price=Decimal("12.34"), bom_lines=bill
    )


async def test_the_cost_of_a_product_is_rolled_up_over_its_parts(
    viewer_client: AsyncClient, lamp: Product, shade: Product
) -> None:
    cost = await answer(viewer_client.get(f"/api/v1/products/{lamp.id}/cost"))

    shades, bulb = cost.pop("lines")
    assert cost == {
        "product_id": lamp.id,
        "sku": "LAMP",
        "material_cost": "6.7500",
        "unit_price": "12.34",
        "margin": "5.5900",
    }
    assert (shades["unit_cost"], shades["cost"]) == ("2.6250", "5.2500")
    assert (bulb["sku"], bulb["quantity_per"], bulb["cost"]) == ("BULB", "1.0000", "1.5000")


async def test_the_uses_of_an_item_are_followed_upwards(
    viewer_client: AsyncClient, pla: Item, shade: Product, lamp: Product
) -> None:
    uses = await answer(viewer_client.get(f"/api/v1/items/{pla.id}/where-used"))

    assert uses == [
        {
            "product_id": shade.id,
            "sku": "SHADE",
            "name": "Shade",
            "level": 1,
            "quantity_per": "105.0000",
        },
        {
            "product_id": lamp.id,
            "sku": "LAMP",
            "name": "Lamp",
            "level": 2,
            "quantity_per": "210.0000",
        },
    ]


async def test_an_item_that_nothing_is_made_of_has_no_uses(
    viewer_client: AsyncClient, item: Item
) -> None:
    assert await answer(viewer_client.get(f"/api/v1/items/{item.id}/where-used")) == []


@pytest.mark.parametrize("path", ["products/{0.id}/cost", "items/{0.item_id}/where-used"])
async def test_a_circular_bill_is_a_conflict_that_names_it(
    viewer_client: AsyncClient,
    shade: Product,
    bom_line_factory: type[BOMLineFactory],
    path: str,
) -> None:
    bom_line_factory.create(product=shade, item=shade.item)

    words = await refusal(viewer_client.get(f"/api/v1/{path.format(shade)}"))

    assert "SHADE > SHADE" in words
