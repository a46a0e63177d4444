"""What the farm sells, what it is made of, and who sells that."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.factories import (
    BOMLineFactory,
    InventoryTransactionFactory,
    ItemFactory,
    ProductFactory,
    VendorFactory,
)

if TYPE_CHECKING:
    from app.models import Item, Product, Vendor


@dataclass(frozen=True)
class Catalog:
    """The products that are sold."""

    lamp: Product
    vase: Product


def stock_the_shelves() -> Catalog:
    """Two products with their bills of materials, and some of what they take in stock."""
    plastics = VendorFactory.create(name="Spoolworks", lead_time_days=3)
    parts = VendorFactory.create(name="Fasten & Co", lead_time_days=6)
    white = _material("PLA-WHITE", "White PLA filament", "kg", "21.50", plastics, in_stock="5")
    blue = _material("PLA-BLUE", "Blue PLA filament", "kg", "23.00", plastics, in_stock="2")
    insert = _material("INSERT-M3", "Threaded insert M3", "ea", "0.08", parts, in_stock="100")
    led = _material("LED-KIT", "LED kit, warm white", "ea", "3.40", parts, in_stock="60")
    box = _material("BOX-M", "Box, medium", "ea", "0.95", parts, in_stock="25")
    shade = _product("LAMP-SHADE", "Moon lamp shade", "6.50", {white: "0.18", insert: "4"})
    vase = _product("VASE-WAVE", "Wave vase", "14.90", {blue: "0.12"})
    lamp = _product("LAMP-MOON", "Moon lamp", "39.90", {shade.item: "1", led: "1", box: "1"})
    return Catalog(lamp=lamp, vase=vase)


def _material(sku: str, name: str, unit: str, cost: str, vendor: Vendor, *, in_stock: str) -> Item:
    item = ItemFactory.create(
        sku=sku, name=name, unit=unit, unit_cost=Decimal(cost), preferred_vendor=vendor
    )
    InventoryTransactionFactory.create(item=item, quantity=Decimal(in_stock))
    return item


def _product(sku: str, name: str, price: str, bill: dict[Item | None, str]) -> Product:
    product = ProductFactory.create(
        sku=sku, name=name, unit_price=Decimal(price), stocked=True, item__sku=sku
    )
    for item, quantity in bill.items():
        BOMLineFactory.create(product=product, item=item, quantity_per=Decimal(quantity))
    return product
