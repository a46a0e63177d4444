"""Items, products, and the bills of materials between them."""

from __future__ import annotations

from decimal import Decimal

import factory

from app.models import BOMLine, Item, ItemType, Product
from factoryfloor import Children, ModelFactory

from .defaults import exact, stock_item
from .people import VendorFactory


class ItemFactory(ModelFactory[Item]):
    """A raw material, counted in pieces, of which nothing is in stock."""

    class Params:
        raw_material = factory.Trait(item_type=ItemType.RAW_MATERIAL)
        finished_good = factory.Trait(item_type=ItemType.FINISHED_GOOD)
        consumable = factory.Trait(item_type=ItemType.CONSUMABLE)
        filament = factory.Trait(
            item_type=ItemType.RAW_MATERIAL,
            unit="g",
            unit_cost=Decimal("0.0250"),
            reorder_point=Decimal(1000),
        )
        made_here = factory.Trait(
            item_type=ItemType.FINISHED_GOOD,
            products=[{"with_bom": True, "name": factory.SelfAttribute("..name")}],
        )
        with_vendor = factory.Trait(
            preferred_vendor=factory.SubFactory(VendorFactory), minimum_order_quantity=Decimal(50)
        )
        low_on_stock = factory.Trait(
            inventory_transactions=[
                {"quantity": factory.LazyAttribute(lambda t: exact(t.item.reorder_point) / 2)}
            ]
        )
        with_stock = factory.Trait(
            inventory_transactions=[
                {"quantity": factory.LazyAttribute(lambda t: exact(t.item.reorder_point) + 100)}
            ]
        )

    sku = factory.Sequence(lambda n: f"ITEM-{n:04d}")
    preferred_vendor = None
    name = factory.Sequence(lambda n: f"Test Item {n}")
    item_type = ItemType.RAW_MATERIAL
    unit = "ea"
    unit_cost = Decimal("10.00")
    reorder_point = Decimal(10)
    minimum_order_quantity = Decimal(0)

    products = Children("tests.factories.catalog.ProductFactory", "item")
    inventory_transactions = Children(
        "tests.factories.inventory.InventoryTransactionFactory", "item"
    )


class ProductFactory(ModelFactory[Product]):
    """A product that nobody knows how to make yet, and that is not kept in stock."""

    class Params:
        with_bom = factory.Trait(bom_lines=2, version=2)
        with_two_level_bom = factory.Trait(bom_lines=[{}, {"of_subassembly": True}], version=2)
        with_revised_bom = factory.Trait(
            bom_lines=[{"revision": 1}, {"revision": 1}, {"revision": 2}, {"revision": 2}],
            bom_revision=2,
            version=3,
        )
        with_restored_bom = factory.Trait(
            bom_lines=[{"revision": 1}, {"revision": 1}, {"revision": 2}, {"revision": 2}],
            version=4,
        )
        stocked = factory.Trait(item=factory.SubFactory(ItemFactory, **stock_item("..")))
        with_stock = factory.Trait(
            item=factory.SubFactory(ItemFactory, with_stock=True, **stock_item(".."))
        )

    sku = factory.Sequence(lambda n: f"PROD-{n:04d}")
    item = None
    name = factory.Sequence(lambda n: f"Test Product {n}")
    description = "Test product"
    unit_price = Decimal("99.99")
    bom_revision = 1

    bom_lines = Children("tests.factories.catalog.BOMLineFactory", "product")


class BOMLineFactory(ModelFactory[BOMLine]):
    """One piece of a raw material for each piece of a product, by the bill in force."""

    class Params:
        of_filament = factory.Trait(item__filament=True, quantity_per=Decimal("25.5"))
        of_subassembly = factory.Trait(item__made_here=True)
        with_scrap = factory.Trait(scrap_factor=Decimal("0.05"))

    product = factory.SubFactory(ProductFactory)
    item = factory.SubFactory(ItemFactory)
    revision = factory.SelfAttribute("product.bom_revision", default=1)
    quantity_per = Decimal(1)
    scrap_factor = Decimal(0)
