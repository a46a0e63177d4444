"""Bills of materials, followed down to what is bought."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select

from app.models import BOMLine, Item, Product

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


class CircularBillError(Exception):
    """A product's bill of materials leads back to the product; one of its lines must go."""


@dataclass(frozen=True)
class Component:
    """One line of a bill: an item, and the product that is stocked as it, if there is one."""

    item_id: int
    quantity_per: Decimal
    made_as: int | None


Bills: TypeAlias = dict[int, list[Component]]
"""The components of each product, by the product's id."""


@dataclass(frozen=True)
class Requirement:
    """So much of a bought item, in the item's unit."""

    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal


def requirements(db: Session, product: Product, quantity: Decimal) -> list[Requirement]:
    """Everything to buy to make so many pieces, by SKU, summed over all levels.

    An item that a product is stocked as is replaced by what that product's own bill asks for.
    Stock is not subtracted; `demand.shortages` does that.
    """
    bills = load_bills(db, [product.id])
    pieces = defaultdict(Decimal, {product.id: quantity})
    bought: defaultdict[int, Decimal] = defaultdict(Decimal)
    for product_id in top_down(db, bills):
        for line in bills[product_id]:
            amount = pieces[product_id] * line.quantity_per
            if line.made_as is not None and bills[line.made_as]:
                pieces[line.made_as] += amount
            else:
                bought[line.item_id] += amount
    items = db.scalars(select(Item).where(Item.id.in_(bought)).order_by(Item.sku))
    return [Requirement(i.id, i.sku, i.name, i.unit, bought[i.id]) for i in items]


def load_bills(db: Session, product_ids: Iterable[int]) -> Bills:
    """The bills of these products and of all that is made for them, at one query a level."""
    bills: Bills = {}
    level = set(product_ids)
    while level:
        bills.update({product_id: [] for product_id in level})
        for product_id, item_id, quantity_per, made_as in db.execute(
            select(BOMLine.product_id, BOMLine.item_id, BOMLine.quantity_per, Product.id)
            .outerjoin(Product, Product.item_id == BOMLine.item_id)
            .where(BOMLine.product_id.in_(level))
            .order_by(BOMLine.id)
        ):
            bills[product_id].append(Component(item_id, quantity_per, made_as))
        parts = {line.made_as for product_id in level for line in bills[product_id]}
        level = {part for part in parts if part is not None} - bills.keys()
    return bills


def top_down(db: Session, bills: Bills) -> list[int]:
    """The products in an order in which each comes before all that it is made of.

    `CircularBillError` if there is none.
    """
    made_of = {
        product_id: {line.made_as for line in lines if line.made_as is not None}
        for product_id, lines in bills.items()
    }
    try:
        return list(TopologicalSorter(made_of).static_order())[::-1]
    except CycleError as error:
        # each product in the list is a part of the next
        raise CircularBillError(_describe(db, error.args[1][::-1])) from error


def _describe(db: Session, cycle: list[int]) -> str:
    names = select(Product.id, Product.sku).where(Product.id.in_(cycle))
    sku_of = {product.id: product.sku for product in db.execute(names)}
    way = " > ".join(sku_of[product_id] for product_id in cycle)
    return f"a bill of materials leads back to its own product: {way}; remove one of these lines"
