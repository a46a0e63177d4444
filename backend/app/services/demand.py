"""What the open production orders need that is neither in stock nor on its way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.models import Item, ProductionOrder

from .bills_of_materials import load_bills, top_down
from .inventory import OPEN_PRODUCTION, in_production, on_hand, on_purchase_order, still_to_make

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .bills_of_materials import Bills


@dataclass(frozen=True)
class Shortage:
    """An item of which more is needed than there is, every amount in the item's unit.

    `on_order` is what vendors owe and what open production orders will still deliver;
    `missing` = `required` - `on_hand` - `on_order`. A missing item that is made here
    needs a production order, any other a purchase order.
    """

    item_id: int
    sku: str
    name: str
    unit: str
    made_here: bool
    required: Decimal
    on_hand: Decimal
    on_order: Decimal
    missing: Decimal


@dataclass(frozen=True)
class _Supply:
    on_hand: dict[int, Decimal]
    on_order: dict[int, Decimal]

    def missing(self, item_id: int, required: Decimal) -> Decimal:
        return max(required - self.on_hand[item_id] - self.on_order[item_id], Decimal(0))


def shortages(db: Session) -> list[Shortage]:
    """Every item that runs short, by SKU.

    Material counts as used when its piece is completed or scrapped. What is missing of an item
    that is made here is needed of its components in turn.
    """
    to_make = _open_production(db)
    bills = load_bills(db, to_make)
    item_of = {
        line.made_as: line.item_id for lines in bills.values() for line in lines if line.made_as
    }
    supply = _supply_of(db, bills)
    required: defaultdict[int, Decimal] = defaultdict(Decimal)
    for product_id in top_down(db, bills):
        pieces = to_make.get(product_id, Decimal(0))
        if item_id := item_of.get(product_id):
            pieces += supply.missing(item_id, required[item_id])
        for line in bills[product_id]:
            required[line.item_id] += pieces * line.quantity_per
    made_here = {item_id for product_id, item_id in item_of.items() if bills[product_id]}
    short = {i: amount for i, amount in required.items() if supply.missing(i, amount)}
    items = db.scalars(select(Item).where(Item.id.in_(short)).order_by(Item.sku))
    return [_shortage(item, short[item.id], supply, item.id in made_here) for item in items]


def _open_production(db: Session) -> dict[int, Decimal]:
    orders = (
        select(ProductionOrder.product_id, func.sum(still_to_make))
        .where(ProductionOrder.status.in_(OPEN_PRODUCTION))
        .group_by(ProductionOrder.product_id)
    )
    return {product_id: Decimal(pieces) for product_id, pieces in db.execute(orders)}


def _supply_of(db: Session, bills: Bills) -> _Supply:
    items = {line.item_id for lines in bills.values() for line in lines}
    bought, made = on_purchase_order(db, items), in_production(db, items)
    return _Supply(on_hand(db, items), {item: bought[item] + made[item] for item in items})


def _shortage(item: Item, required: Decimal, supply: _Supply, made_here: bool) -> Shortage:
    return Shortage(
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        made_here=made_here,
        required=required,
        on_hand=supply.on_hand[item.id],
        on_order=supply.on_order[item.id],
        missing=supply.missing(item.id, required),
    )
