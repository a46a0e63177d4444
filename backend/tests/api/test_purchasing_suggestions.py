"""What runs short is suggested to be bought, and one call drafts the orders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from .answers import answer, refusal

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, ProductionOrder
    from tests.factories import (
        BOMLineFactory,
        ItemFactory,
        ProductFactory,
        ProductionOrderFactory,
        VendorFactory,
    )

pytestmark = pytest.mark.api

SUGGESTIONS = "/api/v1/purchase-suggestions"
DUE = date.today() + timedelta(days=20)


@pytest.fixture
def pla(item_factory: type[ItemFactory], vendor_factory: type[VendorFactory]) -> Item:
    """Filament, bought by the kilogram from a vendor who needs three days."""
    vendor = vendor_factory.create(name="Spoolworks")
    return item_factory.create(
        sku="PLA",
        name="Filament",
        filament=True,
        preferred_vendor=vendor,
        minimum_order_quantity=Decimal(1000),
    )


@pytest.fixture
def order(
    production_order_factory: type[ProductionOrderFactory],
    product_factory: type[ProductFactory],
    pla: Item,
) -> ProductionOrder:
    """A draft of ten vases that take 25.5 g of filament each, due in twenty days."""
    bill = [{"item": pla, "quantity_per": Decimal("25.5")}]
    vase = product_factory.create(sku="VASE", stocked=True, bom_lines=bill)
    return production_order_factory.create(product=vase, due_date=DUE)


async def test_a_suggestion_says_what_to_buy_from_whom_and_by_when(
    viewer_client: AsyncClient, order: ProductionOrder, pla: Item
) -> None:
    (suggestion,) = await answer(viewer_client.get(SUGGESTIONS))

    assert Decimal(suggestion.pop("in_drafts")) == 0
    assert suggestion == {
        "item_id": pla.id,
        "sku": "PLA",
        "name": "Filament",
        "unit": "g",
        "missing": "255.0000",
        "quantity": "1000.0000",
        "unit_cost": "0.0250",
        "vendor_id": pla.preferred_vendor_id,
        "vendor": "Spoolworks",
        "needed_by": str(DUE),
        "order_by": str(DUE - timedelta(days=3)),
    }


async def test_where_nothing_runs_short_nothing_is_suggested(
    planner_client: AsyncClient, pla: Item
) -> None:
    assert await answer(planner_client.get(SUGGESTIONS)) == []
    assert await answer(planner_client.post(f"{SUGGESTIONS}/orders"), 201) == []


async def test_suggestions_become_one_draft_for_each_vendor(
    planner_client: AsyncClient,
    order: ProductionOrder,
    pla: Item,
    item_factory: type[ItemFactory],
    vendor_factory: type[VendorFactory],
    bom_line_factory: type[BOMLineFactory],
) -> None:
    screws = vendor_factory.create(name="Screws & Co", overseas=True)
    for sku, vendor in (("M3", screws), ("GLUE", pla.preferred_vendor), ("BOX", None)):
        item = item_factory.create(sku=sku, preferred_vendor=vendor)
        bom_line_factory.create(product=order.product, item=item)

    drafts = await answer(planner_client.post(f"{SUGGESTIONS}/orders"), 201)

    bought = [
        (
            draft["vendor"]["name"],
            draft["status"],
            {line["item"]["sku"]: line["quantity"] for line in draft["lines"]},
        )
        for draft in drafts
    ]
    assert bought == [
        ("Spoolworks", "draft", {"GLUE": "10.0000", "PLA": "1000.0000"}),
        ("Screws & Co", "draft", {"M3": "10.0000"}),
    ]
    assert drafts == await answer(planner_client.get("/api/v1/purchase-orders?sort=id"))


async def test_what_is_in_a_draft_is_not_suggested_again(
    planner_client: AsyncClient, order: ProductionOrder
) -> None:
    await answer(planner_client.post(f"{SUGGESTIONS}/orders"), 201)

    assert await answer(planner_client.get(SUGGESTIONS)) == []
    assert await answer(planner_client.post(f"{SUGGESTIONS}/orders"), 201) == []


async def test_nothing_is_drafted_for_what_is_made_of_itself(
    planner_client: AsyncClient,
    order: ProductionOrder,
    bom_line_factory: type[BOMLineFactory],
) -> None:
    bom_line_factory.create(product=order.product, item=order.product.item)

    words = await refusal(planner_client.post(f"{SUGGESTIONS}/orders"))

    assert "VASE > VASE" in words
