"""Items of which more is needed than there is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.factories import ItemFactory, ProductFactory, ProductionOrderFactory

if TYPE_CHECKING:
    from app.models import Item, Vendor


def item_of(vendor: Vendor | None, sku: str = "PLA", minimum: str = "0") -> Item:
    """An item that is bought from a vendor, if from any, and no less of it than the minimum."""
    return ItemFactory.create(
        sku=sku, preferred_vendor=vendor, minimum_order_quantity=Decimal(minimum)
    )


def need(item: Item, quantity: str, due: date = date(2032, 2, 10)) -> None:
    """One piece is to be made on a day, of so much of an item."""
    bill = [{"item": item, "quantity_per": Decimal(quantity)}]
    product = ProductFactory.create(bom_lines=bill)
    ProductionOrderFactory.create(product=product, quantity_ordered=1, due_date=due)
