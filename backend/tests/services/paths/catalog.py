"""The paths of items, products, and movements by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.models import TransactionType
from app.services.bill_revisions import NewBOMLine, put_in_force, revise
from app.services.movements import move
from app.services.stocking import stock_item
from tests import factories as f

from .steps import put_in_stock, ship

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, Product

    from .steps import Path


def _bill(db: Session, product: Product, *items: Item) -> Product:
    db.refresh(product)
    lines = [NewBOMLine(item.id, Decimal(1)) for item in items]
    return revise(db, product.id, product.version, lines)


def _makeable(db: Session) -> Product:
    return _bill(db, f.ProductFactory.create(), *f.ItemFactory.create_batch(2))


def _made_here(db: Session) -> Item:
    item = f.ItemFactory.create(finished_good=True)
    product = f.ProductFactory.create(item=item, name=item.name)
    _bill(db, product, *f.ItemFactory.create_batch(2))
    return item


def _two_levels(db: Session) -> Product:
    return _bill(db, f.ProductFactory.create(), f.ItemFactory.create(), _made_here(db))


def _restored(db: Session) -> Product:
    product = _bill(db, _makeable(db), *f.ItemFactory.create_batch(2))
    return put_in_force(db, product.id, product.version, revision=1)


def _stocked(db: Session, quantity: int) -> None:
    put_in_stock(db, stock_item(db, f.ProductFactory.create()), quantity)


def _by_hand(kind: TransactionType, quantity: int, stock: int = 0) -> Path:
    def path(db: Session) -> None:
        item = f.ItemFactory.create()
        if stock:
            put_in_stock(db, item, stock)
        reference, notes = f"TEST-{kind.upper()}", "Test inventory setup"
        move(db, item.id, kind, Decimal(quantity), reference=reference, notes=notes)

    return path


PATHS: dict[Any, dict[str, Path]] = {
    f.ItemFactory: {
        "made_here": _made_here,
        "low_on_stock": lambda db: put_in_stock(db, f.ItemFactory.create(), 5),
        "with_stock": lambda db: put_in_stock(db, f.ItemFactory.create(), 110),
    },
    f.ProductFactory: {
        "with_bom": _makeable,
        "with_two_level_bom": _two_levels,
        "with_revised_bom": lambda db: _bill(db, _makeable(db), *f.ItemFactory.create_batch(2)),
        "with_restored_bom": _restored,
        "stocked": lambda db: stock_item(db, f.ProductFactory.create()),
        "with_stock": lambda db: _stocked(db, 100),
    },
    f.InventoryTransactionFactory: {
        "": _by_hand(TransactionType.RECEIVE, 100),
        "received": _by_hand(TransactionType.RECEIVE, 100),
        "issued": _by_hand(TransactionType.ISSUE, 10, stock=110),
        "adjusted": _by_hand(TransactionType.ADJUST, 1),
        "scrapped": _by_hand(TransactionType.SCRAP, 1, stock=110),
        "returned": _by_hand(TransactionType.RETURN, 1),
        "shipped": lambda db: ship(db, f.SalesOrderFactory.create(lines=1)),
    },
}
