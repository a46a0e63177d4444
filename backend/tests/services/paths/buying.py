"""The paths of purchase orders."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.services import purchasing
from tests import factories as f

from .steps import go_by

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import PurchaseOrder

    from .steps import Path


def _draft(db: Session, lines: int = 2) -> PurchaseOrder:
    wanted = [
        purchasing.NewPurchaseLine(item.id, Decimal(1))
        for item in f.ItemFactory.create_batch(lines)
    ]
    return purchasing.create(db, f.VendorFactory.create().id, wanted)


def _ordered(db: Session, lines: int = 2) -> PurchaseOrder:
    return purchasing.place(db, _draft(db, lines).id)


def _received(db: Session, *lines: int, of: int = 2) -> PurchaseOrder:
    return purchasing.receive(db, _ordered(db, of).id, dict.fromkeys(lines, Decimal(1)))


PATHS: dict[Any, dict[str, Path]] = {
    f.PurchaseOrderFactory: {
        "": lambda db: _draft(db, lines=0),
        "draft": lambda db: _draft(db, lines=0),
        "with_lines": _draft,
        "ordered": _ordered,
        "overdue": lambda db: go_by(_ordered(db), 3 + 5, "order_date", "expected_date"),
        "partly_received": lambda db: _received(db, 1),
        "received": lambda db: _received(db, 1, 2),
        "cancelled": lambda db: purchasing.cancel(db, _draft(db, lines=0).id),
        "cut_short": lambda db: purchasing.cancel(db, _received(db, 1).id),
    },
    f.PurchaseOrderLineFactory: {
        "": lambda db: _draft(db, lines=1),
        "booked": lambda db: _received(db, 1, of=1),
    },
}
