"""Bills of materials are changed by writing the next revision, which then is the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from app.models import BOMLine, Item, Product

from .bills_of_materials import Component, load_bills, top_down
from .errors import NotFoundError
from .locking import locked, require_all, take_version

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class NewBOMLine:
    """So much of an item for one piece; a scrap factor of 0.05 takes 5 % more."""

    item_id: int
    quantity_per: Decimal
    scrap_factor: Decimal = Decimal(0)


def revise(db: Session, product_id: int, version: int, lines: Sequence[NewBOMLine]) -> Product:
    """The product, with these lines as its next revision, in force from now on.

    The revisions before are kept, and production orders released with them go on with them.
    `CircularBillError` if the product would be made of itself, `StaleVersionError` if the product
    was edited since `version`.
    """
    product = locked(db, Product, product_id)
    take_version(product, version)
    require_all(db, Item, {line.item_id for line in lines})
    refuse_circle(db, product_id, {line.item_id for line in lines})
    revision = _next(db, product)
    product.bom_lines += [
        BOMLine(
            item_id=line.item_id,
            revision=revision,
            quantity_per=line.quantity_per,
            scrap_factor=line.scrap_factor,
        )
        for line in lines
    ]
    product.bom_revision = revision
    db.flush()
    return product


def put_in_force(db: Session, product_id: int, version: int, revision: int) -> Product:
    """The product, made by an earlier (or later) revision of its bill from now on."""
    product = locked(db, Product, product_id)
    take_version(product, version)
    items = {line.item_id for line in product.bom_lines if line.revision == revision}
    if not items:
        raise NotFoundError(f"{product.sku} has no revision {revision} of its bill of materials")
    refuse_circle(db, product_id, items)
    product.bom_revision = revision
    db.flush()
    return product


def refuse_circle(db: Session, product_id: int, item_ids: Collection[int]) -> None:
    """Nothing, if a locked product may be made of these items; else `CircularBillError`.

    Nobody else writes a bill until the transaction ends: two that are each without a circle may
    have one together.
    """
    db.execute(text("SELECT pg_advisory_xact_lock(hashtext('bills of materials'))"))
    made = select(Product.item_id, Product.id).where(Product.item_id.in_(item_ids))
    made_as = {row.item_id: row.id for row in db.execute(made)}
    bills = load_bills(db, {*made_as.values(), product_id})
    bills[product_id] = [Component(item, Decimal(1), made_as.get(item)) for item in item_ids]
    top_down(db, bills)


def _next(db: Session, product: Product) -> int:
    """One more than the highest revision; the one in force counts even if it has no lines."""
    highest = db.scalar(select(func.max(BOMLine.revision)).where(BOMLine.product_id == product.id))
    return 1 if highest is None else max(highest, product.bom_revision) + 1
