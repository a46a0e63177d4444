"""The items that products are stocked as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import Item, ItemType, Product

from .errors import RuleError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


PIECES = "ea"
"""The unit of everything that is made here."""


def stock_item(db: Session, product: Product) -> Item:
    """The item that a product is stocked as, made with the product's SKU when first needed.

    `RuleError` if another item has that SKU: only a person can tell whether it is the same thing.
    """
    # somebody else may be making its item just now, or naming another one
    db.refresh(product, with_for_update={"key_share": True})
    if product.item is not None:
        return product.item
    if db.scalar(select(Item.id).where(Item.sku == product.sku)) is not None:
        raise RuleError(
            f"{product.sku} is not kept in stock, and an item has its SKU already;"
            " name that item as the product's, or rename it"
        )
    product.item = Item(
        sku=product.sku, name=product.name, item_type=ItemType.FINISHED_GOOD, unit=PIECES
    )
    db.flush()
    return product.item
