"""Stock moves: each movement is a row, and none takes what is not there or is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models import InventoryTransaction, Item, TransactionType

from .errors import InvalidInputError, NotFoundError, StockError
from .inventory import stock
from .locking import lock_items

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy.orm import Session

OUT_OF_STOCK = {TransactionType.ISSUE, TransactionType.SCRAP, TransactionType.SHIP}
"""The kinds of movement that take stock away."""

BY_HAND = frozenset(TransactionType) - {TransactionType.SHIP}
"""The kinds that people enter; what is shipped is entered with its shipment."""


def move(
    db: Session,
    item_id: int,
    kind: TransactionType,
    quantity: Decimal,
    *,
    reference: str | None = None,
    notes: str | None = None,
) -> InventoryTransaction:
    """A movement entered by hand, of a positive quantity in the item's unit.

    An adjustment is signed: the difference that was counted. `StockError` if the movement takes
    more than is available; `NotFoundError` if there is no such item.
    """
    item = lock_items(db, [item_id]).get(item_id)
    if item is None:
        raise NotFoundError(f"no item has the id {item_id}")
    if kind not in BY_HAND:
        raise InvalidInputError("stock is shipped with a shipment of its sales order")
    if quantity == 0 or (quantity < 0 and kind != TransactionType.ADJUST):
        raise InvalidInputError(f"the quantity of a movement of type {kind} must be positive")
    signed = -quantity if kind in OUT_OF_STOCK else quantity
    if signed < 0:
        require_available(db, item, -signed)
    return write(db, item, kind, signed, reference=reference, notes=notes)


def require_available(db: Session, item: Item, quantity: Decimal) -> None:
    """Nothing, if so much of a locked item may be taken or promised; else `StockError`."""
    there = stock(db, [item.id])[item.id]
    if there.available < quantity:
        raise StockError(
            f"{item.sku}: {plain(quantity)} {item.unit} asked for, {plain(there.available)}"
            f" available ({plain(there.on_hand)} on hand, {plain(there.reserved)} reserved)"
        )


def write(
    db: Session,
    item: Item,
    kind: TransactionType,
    quantity: Decimal,
    *,
    reference: str | None = None,
    notes: str | None = None,
) -> InventoryTransaction:
    """The row of a movement that is allowed already; the quantity has the movement's sign."""
    row = InventoryTransaction(
        item=item, transaction_type=kind, quantity=quantity, reference=reference, notes=notes
    )
    db.add(row)
    db.flush()
    return row


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: `2.5`, not `2.5000`."""
    return f"{quantity.normalize():f}"
