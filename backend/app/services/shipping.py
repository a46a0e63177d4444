"""Parcels: what is reserved for a sales order leaves for its customer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from app.models import SalesOrder, Shipment, ShipmentLine, TransactionType

from .documents import require_status
from .errors import InvalidInputError, RuleError, StockError
from .locking import lock_items, locked
from .movements import plain
from .reservations import take
from .sales_status import UNDER_WAY, follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.models import SalesOrderLine


def ship(
    db: Session,
    order_id: int,
    pieces: Mapping[int, int] | None = None,
    *,
    carrier: str | None = None,
    tracking_number: str | None = None,
) -> Shipment:
    """A parcel with so many pieces of each line, by its number; without, all that is reserved.

    `StockError` if a line has fewer pieces reserved than it is asked for.
    """
    order = locked(db, SalesOrder, order_id)
    require_status(order, "shipped", *UNDER_WAY)
    lock_items(db, {line.reservation.item_id for line in order.lines if line.reservation})
    parcel = _chosen(order, pieces) if pieces is not None else _all_reserved(order)
    if not parcel:
        raise StockError(f"nothing is reserved for {order.code}: there is nothing to ship")
    for line, quantity in parcel.items():
        _require_reserved(line, quantity)
    shipment = _shipment(db, order, parcel, carrier, tracking_number)
    follow(db, order)
    return shipment


def _chosen(order: SalesOrder, pieces: Mapping[int, int]) -> dict[SalesOrderLine, int]:
    lines = {line.line_number: line for line in order.lines}
    if unknown := sorted(pieces.keys() - lines.keys()):
        raise InvalidInputError(f"{order.code} has no line {', '.join(map(str, unknown))}")
    if not pieces or any(quantity <= 0 for quantity in pieces.values()):
        raise InvalidInputError("ship at least one piece of each line that is named")
    return {lines[number]: quantity for number, quantity in pieces.items()}


def _all_reserved(order: SalesOrder) -> dict[SalesOrderLine, int]:
    return {
        line: int(line.quantity_reserved) for line in order.lines if line.quantity_reserved >= 1
    }


def _require_reserved(line: SalesOrderLine, quantity: int) -> None:
    where = f"line {line.line_number} of {line.sales_order.code}"
    if quantity > line.quantity_open:
        raise RuleError(f"{where} has {line.quantity_open} pieces open, not {quantity}")
    if quantity > line.quantity_reserved:
        raise StockError(
            f"{where} has {plain(line.quantity_reserved)} pieces reserved, not {quantity};"
            " plan the order again, or wait for its production"
        )


def _shipment(
    db: Session,
    order: SalesOrder,
    parcel: Mapping[SalesOrderLine, int],
    carrier: str | None,
    tracking_number: str | None,
) -> Shipment:
    shipment = Shipment(sales_order=order, carrier=carrier, tracking_number=tracking_number)
    db.add(shipment)
    for line, quantity in parcel.items():
        reservation = line.reservation
        assert reservation is not None  # `_require_reserved` found it
        item = reservation.item
        take(db, line, item, Decimal(quantity), TransactionType.SHIP, order.code)
        line.quantity_shipped += quantity
        shipment.lines.append(ShipmentLine(sales_order_line=line, quantity=quantity))
    db.flush()
    return shipment
