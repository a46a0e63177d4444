"""The steps that several paths take."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from app.models import Item, TransactionType
from app.services import production, sales_orders, shipping
from app.services.bills_of_materials import needed_for
from app.services.movements import move
from app.services.order_supply import lines_of
from app.services.stocking import stock_item
from tests import factories as f

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import ProductionOrder, SalesOrder, Shipment

    Path: TypeAlias = Callable[[Session], object]


def put_in_stock(db: Session, item: Item, quantity: Decimal | int) -> None:
    """So much of an item is received."""
    reference, notes = "TEST-RECEIVE", "Test inventory setup"
    kind = TransactionType.RECEIVE
    move(db, item.id, kind, Decimal(quantity), reference=reference, notes=notes)


def buy_material(db: Session, order: ProductionOrder) -> ProductionOrder:
    """All that the order takes is received."""
    for item_id, need in needed_for(lines_of(db, order), order.quantity_ordered).items():
        put_in_stock(db, db.get_one(Item, item_id), need)
    return order


def release(db: Session, order: ProductionOrder) -> ProductionOrder:
    """The order is released, its material bought before."""
    return production.release(db, buy_material(db, order).id)


def start(db: Session, order: ProductionOrder) -> ProductionOrder:
    """The order is released and started on a new printer."""
    return production.start(db, release(db, order).id, f.PrinterFactory.create().id)


def report(db: Session, order: ProductionOrder, good: int, scrapped: int = 0) -> ProductionOrder:
    """The order is started, and so many pieces of it are reported."""
    return production.report(db, start(db, order).id, good, scrapped)


def confirm_from_stock(db: Session, order: SalesOrder) -> SalesOrder:
    """The order is confirmed, all its pieces put in stock before."""
    for line in order.lines:
        put_in_stock(db, stock_item(db, line.product), line.quantity)
    return sales_orders.confirm(db, order.id)


def go_by(row: Any, days: int, *dates: str) -> None:
    """So many days have passed since the row was written."""
    for name in dates:
        setattr(row, name, getattr(row, name) - timedelta(days=days))


def ship(
    db: Session, order: SalesOrder, pieces: dict[int, int] | None = None, **parcel: str | None
) -> Shipment:
    """The order is confirmed from stock and so many pieces of it, or all, are shipped."""
    tracked = {"carrier": "Test Carrier", "tracking_number": "TRACK-0001"} | parcel
    return shipping.ship(db, confirm_from_stock(db, order).id, pieces, **tracked)
