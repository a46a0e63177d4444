"""What a product costs to make, and in which products an item is used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import BOMLine, Item, Product

from .bills_of_materials import SMALLEST, load_bills, top_down

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class CostLine:
    """What one line of a bill adds to the cost of one piece."""

    item_id: int
    sku: str
    quantity_per: Decimal
    unit_cost: Decimal
    cost: Decimal


@dataclass(frozen=True)
class Cost:
    """What the material of one piece costs, scrap included, and what is left of its price."""

    product_id: int
    sku: str
    lines: list[CostLine]
    material_cost: Decimal
    unit_price: Decimal
    margin: Decimal


@dataclass(frozen=True)
class Use:
    """A product that takes an item: itself on level 1, in a part of a part on a deeper one.

    `quantity_per` is what one piece of the product takes in all by this way, scrap included.
    """

    product_id: int
    sku: str
    name: str
    level: int
    quantity_per: Decimal


def cost_of(db: Session, product: Product) -> Cost:
    """The cost of one piece, rolled up over all levels of the bills in force.

    What is made here costs what its own bill adds up to, anything else its item's unit cost.
    Costs have four digits behind the point; `CircularBillError` if a bill leads back to itself.
    """
    bills = load_bills(db, [product.id])
    used = {line.item_id for lines in bills.values() for line in lines}
    items = {item.id: item for item in db.scalars(select(Item).where(Item.id.in_(used)))}
    costs: dict[int, list[CostLine]] = {}
    for product_id in reversed(top_down(db, bills)):
        lines = costs[product_id] = []
        for line in bills[product_id]:
            made = costs[line.made_as] if line.made_as is not None else []
            unit_cost = _total(made) if made else items[line.item_id].unit_cost
            lines.append(_cost_line(items[line.item_id], line.quantity_per, unit_cost))
    total = _total(costs[product.id])
    return Cost(
        product_id=product.id,
        sku=product.sku,
        lines=costs[product.id],
        material_cost=total,
        unit_price=product.unit_price,
        margin=product.unit_price - total,
    )


def _cost_line(item: Item, quantity_per: Decimal, unit_cost: Decimal) -> CostLine:
    cost = _rounded(quantity_per * unit_cost)
    return CostLine(item.id, item.sku, _rounded(quantity_per), unit_cost, cost)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(SMALLEST, ROUND_HALF_UP)


def _total(lines: Iterable[CostLine]) -> Decimal:
    return sum((line.cost for line in lines), Decimal("0.0000"))


def where_used(db: Session, item: Item) -> list[Use]:
    """Every product that takes an item by the bills in force, by level and SKU.

    A product that takes it by several ways on one level is named once, with the sum.
    `CircularBillError` if one of them is made of itself.
    """
    uses: list[Use] = []
    seen: set[int] = set()
    amounts = {item.id: Decimal(1)}
    level = 1
    while found := _users(db, amounts):
        uses += [Use(p.id, p.sku, p.name, level, _rounded(per)) for p, per in found.items()]
        seen |= {product.id for product in found}
        if level > len(seen):  # a way up that is longer than there are products goes in a circle
            top_down(db, load_bills(db, seen))
        amounts = {p.item_id: per for p, per in found.items() if p.item_id is not None}
        level += 1
    return uses


def _users(db: Session, amounts: dict[int, Decimal]) -> dict[Product, Decimal]:
    """The products whose bills in force name these items, by SKU, and how much of it all."""
    lines = (
        select(Product, BOMLine)
        .join(BOMLine.product)
        .where(BOMLine.revision == Product.bom_revision, BOMLine.item_id.in_(amounts))
        .order_by(Product.sku, BOMLine.id)
    )
    found: dict[Product, Decimal] = {}
    for product, line in db.execute(lines):
        gross = line.quantity_per * (1 + line.scrap_factor) * amounts[line.item_id]
        found[product] = found.get(product, Decimal(0)) + gross
    return found
