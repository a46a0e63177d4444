"""The production orders of the month that fill the farm's own shelves, in every state."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import factory
from factory.fuzzy import FuzzyChoice, FuzzyInteger

from tests.factories import ProductionOrderFactory

from .days import Share, at, coded, six_hours_after_the_start

if TYPE_CHECKING:
    from .farm import Farm
    from .lines import Overrides

BEGUN = (
    Share("in_progress", 5, 1, 1),
    Share("half_completed", 5, 1, 1),
    Share("completed", 95, 30, 2),
    Share("stopped", 5, 6, 3),
)
NOT_BEGUN = (
    Share("released", 10, 3, 1),
    Share("overdue", 4, 9, 5),
    Share("draft", 15, 2, 1),
    Share("cancelled", 6, 25, 2),
    Share("called_off", 4, 25, 2),
)
DUE_IN = 10
"""In how many days what is planned for the shelves is to lie there."""
ON_A_PRINTER = ("in_progress", "half_completed")


def printers_at_work(orders: int) -> int:
    """How many printers fill the shelves while so many sales orders are served."""
    return sum(len(share.days(orders)) for share in BEGUN if share.state in ON_A_PRINTER)


def fill_the_shelves(farm: Farm, at_work: Any, orders: int) -> None:
    """The production orders for stock; those in progress are on the next printers at work."""
    finished_on = FuzzyChoice(farm.printers)
    for share in BEGUN:
        printer = {"printer": at_work} if share.state in ON_A_PRINTER else {}
        if share.state == "completed":
            printer = {"printer": finished_on, "quantity_scrapped": FuzzyChoice((0, 0, 0, 2))}
        _make(farm, share, orders, **printer, **_BEGUN)
    for share in NOT_BEGUN:
        _make(farm, share, orders)


_BEGUN: Overrides = {
    "started_at": factory.LazyAttribute(lambda made: made.created_at + timedelta(hours=4)),
    "movements__created_at": six_hours_after_the_start,
}
_FROM_THE_SHELF: Overrides = {
    "code": coded("PO"),
    "material": 0,
    "reservations__created_at": factory.LazyAttribute(
        lambda held: held.production_order.created_at + timedelta(hours=1)
    ),
}


def _make(farm: Farm, share: Share, orders: int, **columns: Any) -> None:
    days = share.days(orders)
    if share.state != "overdue":
        columns["due_date"] = factory.Iterator([day + timedelta(days=DUE_IN) for day in days])
    ProductionOrderFactory.create_batch(
        len(days),
        **{share.state: True},
        product=FuzzyChoice(farm.kept_in_stock),
        quantity_ordered=FuzzyInteger(10, 40),
        created_at=factory.Iterator([at(day, 8) for day in days]),
        **_FROM_THE_SHELF,
        **columns,
    )
