"""What is on its way into stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.models import (
    Product,
    ProductionOrder,
    ProductionOrderStatus,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
)

from .inventory import sums

if TYPE_CHECKING:
    from collections.abc import Collection
    from decimal import Decimal

    from sqlalchemy.orm import Session

OPEN_PURCHASES = (PurchaseOrderStatus.ORDERED, PurchaseOrderStatus.PARTLY_RECEIVED)
OPEN_PRODUCTION = (
    ProductionOrderStatus.DRAFT,
    ProductionOrderStatus.RELEASED,
    ProductionOrderStatus.IN_PROGRESS,
)

still_to_make = (
    ProductionOrder.quantity_ordered
    - ProductionOrder.quantity_completed
    - ProductionOrder.quantity_scrapped
)
"""The pieces of a production order that are neither completed nor scrapped."""

still_owed = PurchaseOrderLine.quantity - PurchaseOrderLine.quantity_received
"""What of a purchase order's line has not come yet."""


def on_purchase_order(
    db: Session,
    item_ids: Collection[int],
    statuses: Collection[PurchaseOrderStatus] = OPEN_PURCHASES,
) -> dict[int, Decimal]:
    """What vendors still owe of each item, in its unit, on orders in these states."""
    owed = (
        select(PurchaseOrderLine.item_id, func.sum(still_owed))
        .join(PurchaseOrderLine.purchase_order)
        .where(PurchaseOrder.status.in_(statuses), PurchaseOrderLine.item_id.in_(item_ids))
        .group_by(PurchaseOrderLine.item_id)
    )
    return sums(db, owed, item_ids)


def in_production(db: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """What open production orders will still add to the stock of each item, in pieces."""
    coming = (
        select(Product.item_id, func.sum(still_to_make))
        .join(ProductionOrder.product)
        .where(ProductionOrder.status.in_(OPEN_PRODUCTION), Product.item_id.in_(item_ids))
        .group_by(Product.item_id)
    )
    return sums(db, coming, item_ids)
