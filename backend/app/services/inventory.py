"""How much of each item is there, how much of it is promised, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.models import InventoryTransaction, Item, Reservation

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Executable
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Stock:
    """The stock of an item, in its unit; `available` is what nobody has been promised."""

    on_hand: Decimal
    reserved: Decimal

    @property
    def available(self) -> Decimal:
        """`on_hand` - `reserved`."""
        return self.on_hand - self.reserved


@dataclass(frozen=True)
class StockValue:
    """What the stock of an item is worth at the item's standard cost, to the cent."""

    item_id: int
    sku: str
    name: str
    unit: str
    on_hand: Decimal
    unit_cost: Decimal
    value: Decimal


def on_hand(db: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """The stock of each item, in its unit: the sum of its transactions."""
    moved = (
        select(InventoryTransaction.item_id, func.sum(InventoryTransaction.quantity))
        .where(InventoryTransaction.item_id.in_(item_ids))
        .group_by(InventoryTransaction.item_id)
    )
    return sums(db, moved, item_ids)


def reserved(db: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """What of each item's stock is promised, in its unit."""
    promised = (
        select(Reservation.item_id, func.sum(Reservation.quantity))
        .where(Reservation.item_id.in_(item_ids))
        .group_by(Reservation.item_id)
    )
    return sums(db, promised, item_ids)


def stock(db: Session, item_ids: Collection[int]) -> dict[int, Stock]:
    """What is on hand and what is reserved of each item, in two statements."""
    there, promised = on_hand(db, item_ids), reserved(db, item_ids)
    return {item_id: Stock(there[item_id], promised[item_id]) for item_id in item_ids}


def low_stock(db: Session) -> list[tuple[Item, Stock]]:
    """Each item whose available stock is at or below its reorder point, by SKU.

    An item whose reorder point is zero is bought to order and never low.
    """
    watched = db.scalars(select(Item).where(Item.reorder_point > 0).order_by(Item.sku)).all()
    found = stock(db, [item.id for item in watched])
    return [(i, found[i.id]) for i in watched if found[i.id].available <= i.reorder_point]


def valuation(db: Session) -> list[StockValue]:
    """Every item of which something is on hand, by SKU, with its value."""
    total = func.sum(InventoryTransaction.quantity)
    held = (
        select(Item, total)
        .join(Item.inventory_transactions)
        .group_by(Item.id)
        .having(total != 0)
        .order_by(Item.sku)
    )
    return [_valued(item, quantity) for item, quantity in db.execute(held)]


def _valued(item: Item, quantity: Decimal) -> StockValue:
    return StockValue(
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        on_hand=quantity,
        unit_cost=item.unit_cost,
        value=(quantity * item.unit_cost).quantize(Decimal("0.01"), ROUND_HALF_UP),
    )


def sums(db: Session, query: Executable, item_ids: Collection[int]) -> dict[int, Decimal]:
    """The totals that a query of (item id, total) found, and zero for the other items."""
    found = {item_id: Decimal(total) for item_id, total in db.execute(query)}
    return {item_id: found.get(item_id, Decimal(0)) for item_id in item_ids}
