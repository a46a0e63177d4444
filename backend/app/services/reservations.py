"""Stock promised to a sales order line or to a production order, and taken for them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import InventoryTransaction, ProductionOrder, Reservation, SalesOrderLine

from .inventory import stock
from .movements import require_available, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from app.models import Item, TransactionType

    Owner = SalesOrderLine | ProductionOrder


def reservation_of(db: Session, owner: Owner, item_id: int) -> Reservation | None:
    """What is reserved of an item for an owner, if anything is."""
    mine = select(Reservation).where(Reservation.item_id == item_id)
    if isinstance(owner, SalesOrderLine):
        return db.scalar(mine.where(Reservation.sales_order_line_id == owner.id))
    return db.scalar(mine.where(Reservation.production_order_id == owner.id))


def reserved_for(db: Session, owner: Owner, item_id: int) -> Decimal:
    """How much of an item is reserved for an owner, in the item's unit."""
    held = reservation_of(db, owner, item_id)
    return held.quantity if held else Decimal(0)


def reserve(db: Session, owner: Owner, item: Item, quantity: Decimal) -> None:
    """So much more of a locked item is promised to the owner; `StockError` if it is not there."""
    if quantity <= 0:
        return
    require_available(db, item, quantity)
    held = reservation_of(db, owner, item.id)
    if held is None:
        held = Reservation(item=item, quantity=Decimal(0))
        if isinstance(owner, SalesOrderLine):
            held.sales_order_line = owner
        else:
            held.production_order = owner
        db.add(held)
    held.quantity += quantity
    db.flush()


def reserve_what_is_there(db: Session, owner: Owner, item: Item, wanted: Decimal) -> Decimal:
    """As much of a locked item as is available, up to `wanted`; what could be reserved."""
    taken = max(min(wanted, stock(db, [item.id])[item.id].available), Decimal(0))
    reserve(db, owner, item, taken)
    return taken


def take(
    db: Session,
    owner: Owner,
    item: Item,
    quantity: Decimal,
    kind: TransactionType,
    reference: str,
) -> InventoryTransaction | None:
    """So much of a locked item leaves the stock for its owner, from the owner's reservation first.

    None for a quantity of zero; `StockError` if reservation and available stock do not suffice.
    """
    if quantity == 0:
        return None
    held = reservation_of(db, owner, item.id)
    promised = min(held.quantity, quantity) if held else Decimal(0)
    require_available(db, item, quantity - promised)
    if held:
        _lower(owner, held, promised)
    return write(db, item, kind, -quantity, reference=reference)


def release(db: Session, owners: Iterable[Owner]) -> None:
    """Nothing is promised to these owners any more."""
    for owner in owners:
        if isinstance(owner, SalesOrderLine):
            owner.reservation = None
        else:
            owner.reservations.clear()
    db.flush()


def _lower(owner: Owner, held: Reservation, quantity: Decimal) -> None:
    if quantity < held.quantity:
        held.quantity -= quantity
    elif isinstance(owner, SalesOrderLine):
        owner.reservation = None
    else:
        owner.reservations.remove(held)
