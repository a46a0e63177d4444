"""How customers, vendors, items, products and printers are edited and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from app.models import Customer, Item, Printer, Product, ProductionOrder, Vendor

from .errors import RuleError
from .locking import locked, name_of, take_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from app.database import Base

MasterT = TypeVar("MasterT", Customer, Vendor, Item, Product, Printer)

FORGETTABLE: dict[type[Base], tuple[type[Base], InstrumentedAttribute[int | None]]] = {
    Vendor: (Item, Item.preferred_vendor_id),
    Printer: (ProductionOrder, ProductionOrder.printer_id),
}
"""The references that the database would empty, where it refuses to delete under all others."""


def edit(
    db: Session, model: type[MasterT], row_id: int, version: int, changes: Mapping[str, Any]
) -> MasterT:
    """The row with these changes; `StaleVersionError` if it was edited since `version`."""
    row = locked(db, model, row_id)
    take_version(row, version)
    for name, value in changes.items():
        setattr(row, name, value)
    db.flush()
    return row


def delete(db: Session, model: type[MasterT], row_id: int) -> None:
    """The row is gone; `RuleError` or an integrity error if another refers to it."""
    row = locked(db, model, row_id, exclusively=True)
    if model in FORGETTABLE:
        _refuse_if_used(db, model, row_id)
    db.delete(row)
    db.flush()


def _refuse_if_used(db: Session, model: type[Base], row_id: int) -> None:
    user, reference = FORGETTABLE[model]
    if db.scalar(select(user).where(reference == row_id).limit(1)):
        raise RuleError(f"this {name_of(model)} is still in use: {name_of(user)}s refer to it")
