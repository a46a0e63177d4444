"""How much of each item is there, and how much is on its way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.models import (
    InventoryTransaction,
    Product,
    ProductionOrder,
    ProductionOrderStatus,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Executable
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


def on_hand(db: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """The stock of each item, in its unit: the sum of its transactions."""
    moved = (
        select(InventoryTransaction.item_id, func.sum(InventoryTransaction.quantity))
        .where(InventoryTransaction.item_id.in_(item_ids))
        .group_by(InventoryTransaction.item_id)
    )
    return _sums(db, moved, item_ids)


def on_purchase_order(db: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """What vendors still owe of each item, in its unit."""
    outstanding = PurchaseOrderLine.quantity - PurchaseOrderLine.quantity_received
    owed = (
        select(PurchaseOrderLine.item_id, func.sum(outstanding))
        .join(PurchaseOrderLine.purchase_order)
        .where(PurchaseOrder.status.in_(OPEN_PURCHASES), PurchaseOrderLine.item_id.in_(item_ids))
        .group_by(PurchaseOrderLine.item_id)
    )
    return _sums(db, owed, item_ids)


def in_production(db: Session, item_ids: Collection[int]) -> dict[int, Decimal]:
    """What open production orders will still add to the stock of each item, in pieces."""
    coming = (
        select(Product.item_id, func.sum(still_to_make))
        .join(ProductionOrder.product)
        .where(ProductionOrder.status.in_(OPEN_PRODUCTION), Product.item_id.in_(item_ids))
        .group_by(Product.item_id)
    )
    return _sums(db, coming, item_ids)


def _sums(db: Session, query: Executable, item_ids: Collection[int]) -> dict[int, Decimal]:
    found = {item_id: Decimal(total) for item_id, total in db.execute(query)}
    return {item_id: found.get(item_id, Decimal(0)) for item_id in item_ids}
