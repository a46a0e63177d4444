"""What lay on the shelves when the month began: enough for all that has left them since."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

import factory
from sqlalchemy import func, select

from app.models import InventoryTransaction
from app.services.inventory import stock
from tests.factories import InventoryTransactionFactory

from .days import MONTH, ago, at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.models import Item


def open_the_books(db: Session, items: Sequence[Item]) -> None:
    """The stock at the beginning, so that none was ever overdrawn and all promises can be kept."""
    began = {item: quantity for item, quantity in _needed(db, items).items() if quantity}
    InventoryTransactionFactory.create_batch(
        len(began),
        item=factory.Iterator(began),
        quantity=factory.Iterator(began.values()),
        reference="OPENING-STOCK",
        notes="Opening stock",
        created_at=at(ago(MONTH), 0),
    )


def _needed(db: Session, items: Sequence[Item]) -> dict[Item, Decimal]:
    lowest = _lowest(db)
    there = stock(db, [item.id for item in items])
    short = {
        item: max(-lowest.get(item.id, Decimal(0)), -there[item.id].available) for item in items
    }
    return {
        item: max(lack, Decimal(0)).to_integral_value(ROUND_CEILING) for item, lack in short.items()
    }


def _lowest(db: Session) -> dict[int, Decimal]:
    """The least that was ever on hand of each item, by what has moved so far."""
    move = InventoryTransaction
    balance = func.sum(move.quantity).over(
        partition_by=move.item_id, order_by=(move.created_at, move.id)
    )
    balances = select(move.item_id, balance.label("balance")).subquery()
    lowest = select(balances.c.item_id, func.min(balances.c.balance)).group_by(balances.c.item_id)
    return dict(db.execute(lowest).tuples().all())
