"""Items, products, and the bills of materials between them."""

from __future__ import annotations

from decimal import Decimal

import factory

from app.models import BOMLine, Item, ItemType, Product
from factoryfloor import Children, ModelFactory

from .defaults import exact


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
            product=factory.RelatedFactory(
                "tests.factories.catalog.ProductFactory",
                "item",
                with_bom=True,
                name=factory.SelfAttribute("..name"),
            ),
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
    name = factory.Sequence(lambda n: f"Test Item {n}")
    item_type = ItemType.RAW_MATERIAL
    unit = "ea"
    unit_cost = Decimal("10.00")
    reorder_point = Decimal(10)

    inventory_transactions = Children(
        "tests.factories.inventory.InventoryTransactionFactory", "item"
    )


class ProductFactory(ModelFactory[Product]):
    """A product that nobody knows how to make yet, and that is not kept in stock."""

    class Params:
        with_bom = factory.Trait(bom_lines=2)
        with_two_level_bom = factory.Trait(bom_lines=[{}, {"of_subassembly": True}])
        stocked = factory.Trait(
            item=factory.SubFactory(
                ItemFactory, finished_good=True, name=factory.SelfAttribute("..name")
            )
        )
        with_stock = factory.Trait(
            item=factory.SubFactory(
                ItemFactory,
                finished_good=True,
                with_stock=True,
                name=factory.SelfAttribute("..name"),
            )
        )

    sku = factory.Sequence(lambda n: f"PROD-{n:04d}")
    item = None
    name = factory.Sequence(lambda n: f"Test Product {n}")
    description = "Test product"
    unit_price = Decimal("99.99")

    bom_lines = Children("tests.factories.catalog.BOMLineFactory", "product")


class BOMLineFactory(ModelFactory[BOMLine]):
    """One piece of a raw material for each piece of a product."""

    class Params:
        of_filament = factory.Trait(item__filament=True, quantity_per=Decimal("25.5"))
        of_subassembly = factory.Trait(item__made_here=True)

    product = factory.SubFactory(ProductFactory)
    item = factory.SubFactory(ItemFactory)
    quantity_per = Decimal(1)
