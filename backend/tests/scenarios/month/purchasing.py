"""The purchase orders of the month, in every state, with all that was received."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import factory
from factory.fuzzy import FuzzyChoice
from factory.random import randgen

from tests.factories import PurchaseOrderFactory

from .days import Share, at, numbered

if TYPE_CHECKING:
    from app.models import Item

    from .farm import Farm

BOUGHT = (
    Share("received", 50, 30, 8),
    Share("partly_received", 8, 14, 7),
    Share("cut_short", 3, 25, 12),
    Share("overdue", 5, 20, 10),
    Share("ordered", 12, 2, 1),
    Share("draft", 10, 2, 1),
    Share("cancelled", 3, 25, 2),
)
LINES = 3


def buy(farm: Farm, orders: int) -> None:
    """The purchase orders of so many sales orders; each vendor is asked for what it sells."""

    def asked(order: Any) -> list[dict[str, Any]]:
        sold = farm.sold_by[order.vendor]
        return [_line(item) for item in randgen.sample(sold, min(LINES, len(sold)))]

    days = [share.days(orders) for share in BOUGHT]
    for share, ordered, codes in zip(BOUGHT, days, numbered("PUR", days), strict=True):
        PurchaseOrderFactory.create_batch(
            len(ordered),
            **{share.state: True},
            vendor=FuzzyChoice(farm.sold_by),
            code=factory.Iterator(codes),
            order_date=factory.Iterator(ordered),
            created_at=factory.LazyAttribute(lambda order: at(order.order_date, 8)),
            lines=factory.LazyAttribute(asked),
            lines__movements__created_at=factory.LazyAttribute(
                lambda move: at(move.factory_parent.purchase_order.expected_date, 11)
            ),
        )


def _line(item: Item) -> dict[str, Any]:
    """A few spools of a kilogram, or a few bags of twenty pieces."""
    spools, pieces = randgen.randint(1, 4), randgen.randint(1, 5) * 20
    return {"item": item, "quantity": Decimal(spools if item.unit == "kg" else pieces)}
