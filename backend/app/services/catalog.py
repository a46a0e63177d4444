"""What an item or a product may become, given what there is of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.models import (
    BOMLine,
    InventoryTransaction,
    Item,
    Product,
    PurchaseOrderLine,
    Reservation,
    Vendor,
)

from . import master_data
from .bill_revisions import refuse_circle
from .errors import InvalidInputError, RuleError
from .locking import lock_items, locked, require
from .stocking import PIECES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def create_item(db: Session, values: Mapping[str, Any]) -> Item:
    """A new item, of which nothing is in stock; `InvalidInputError` for a vendor unknown."""
    _require_vendor(db, values)
    item = Item(**values)
    db.add(item)
    db.flush()
    return item


def edit_item(db: Session, item_id: int, version: int, changes: Mapping[str, Any]) -> Item:
    """The item with these changes; `RuleError` if its unit would change once it is used."""
    # a bill that is being written in the old unit is waited for
    item = locked(db, Item, item_id, exclusively="unit" in changes)
    if changes.get("unit", item.unit) != item.unit and _is_counted(db, item_id):
        raise RuleError(f"{item.sku} is counted in {item.unit}; make another item for another unit")
    _require_vendor(db, changes)
    return master_data.edit(db, Item, item_id, version, changes)


def create_product(db: Session, values: Mapping[str, Any]) -> Product:
    """A new product, without a bill of materials; `InvalidInputError` for an item unknown."""
    _require_item(db, values)
    product = Product(**values)
    db.add(product)
    db.flush()
    return product


def edit_product(db: Session, product_id: int, version: int, changes: Mapping[str, Any]) -> Product:
    """The product with these changes.

    `CircularBillError` if it would be stocked as an item that it is made of, `RuleError` if the
    item that it is stocked as now has moved.
    """
    product = locked(db, Product, product_id)
    moved = product.item_id != changes.get("item_id", product.item_id)
    if moved and product.item_id is not None:
        lock_items(db, [product.item_id])  # pieces that are being booked just now are waited for
    if moved and product.item_id is not None and _has_moved(db, product.item_id):
        raise RuleError(f"there is stock of {product.sku} already; it stays the item that it is")
    _require_item(db, changes)
    product = master_data.edit(db, Product, product_id, version, changes)
    if moved:
        refuse_circle(db, product_id, {line.item_id for line in product.bill})
    return product


def available() -> ColumnElement[Any]:
    """The stock of each item that nobody was promised, as a column of a query of items."""
    there = select(func.sum(InventoryTransaction.quantity)).where(
        InventoryTransaction.item_id == Item.id
    )
    promised = select(func.sum(Reservation.quantity)).where(Reservation.item_id == Item.id)
    return func.coalesce(there.scalar_subquery(), 0) - func.coalesce(promised.scalar_subquery(), 0)


def is_low() -> ColumnElement[bool]:
    """Whether an item is to be bought again, as `inventory.low_stock` has it."""
    return (Item.reorder_point > 0) & (available() <= Item.reorder_point)


def _require_vendor(db: Session, values: Mapping[str, Any]) -> None:
    if (vendor_id := values.get("preferred_vendor_id")) is not None:
        require(db, Vendor, vendor_id)


def _require_item(db: Session, values: Mapping[str, Any]) -> None:
    """The item that a product is stocked as: there is one, and it is counted in pieces."""
    if (item_id := values.get("item_id")) is None:
        return
    item = require(db, Item, item_id)
    if item.unit != PIECES:
        raise InvalidInputError(
            f"{item.sku} is counted in {item.unit}; a product is stocked as an item in {PIECES}"
        )


def _is_counted(db: Session, item_id: int) -> bool:
    of_a_product = select(Product.id).where(Product.item_id == item_id).limit(1)
    in_a_bill = select(BOMLine.id).where(BOMLine.item_id == item_id).limit(1)
    on_an_order = select(PurchaseOrderLine.id).where(PurchaseOrderLine.item_id == item_id).limit(1)
    uses = (db.scalar(use) for use in (of_a_product, in_a_bill, on_an_order))
    return _has_moved(db, item_id) or any(use is not None for use in uses)


def _has_moved(db: Session, item_id: int) -> bool:
    moves = select(InventoryTransaction.id).where(InventoryTransaction.item_id == item_id).limit(1)
    return db.scalar(moves) is not None
