"""How far a confirmed sales order has come, read off what was reserved, made and shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models import ProductionOrderStatus, SalesOrderStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import SalesOrder

UNDER_WAY = (
    SalesOrderStatus.CONFIRMED,
    SalesOrderStatus.IN_PRODUCTION,
    SalesOrderStatus.READY,
    SalesOrderStatus.PARTLY_SHIPPED,
)
"""The states of an order that is confirmed and still owes its customer something."""


def follow(db: Session, order: SalesOrder | None) -> None:
    """The status of a locked order says what is true of it now; other states stay as they are."""
    if order is None or order.status not in UNDER_WAY:
        return
    order.status = _status_of(order)
    db.flush()


def _status_of(order: SalesOrder) -> SalesOrderStatus:
    if not any(line.quantity_open for line in order.lines):
        return SalesOrderStatus.SHIPPED
    if any(line.quantity_shipped for line in order.lines):
        return SalesOrderStatus.PARTLY_SHIPPED
    if all(line.quantity_reserved >= line.quantity_open for line in order.lines):
        return SalesOrderStatus.READY
    begun = (
        made.started_at is not None and made.status != ProductionOrderStatus.CANCELLED
        for made in order.production_orders
    )
    return SalesOrderStatus.IN_PRODUCTION if any(begun) else SalesOrderStatus.CONFIRMED
