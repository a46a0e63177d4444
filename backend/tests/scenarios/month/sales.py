"""The sales orders of the month, in every state, with all that was made and shipped for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import factory
from factory.fuzzy import FuzzyChoice

from tests.factories import SalesOrderFactory

from .days import Share, at, numbered
from .lines import ON_A_PRINTER, Kind, Lines

if TYPE_CHECKING:
    from .farm import Farm
    from .lines import Overrides

CARRIERS = ("Parcel Post", "Swift Couriers")


@dataclass(frozen=True)
class Sold(Share):
    """Sales orders with such lines, placed on such days."""

    lines: tuple[Kind, ...]
    quoted: bool = False


ASKED, SHELF, PLANNED, RELEASED, STOPPED, PRINTING, HALF_MADE, MADE = Kind
SOLD = (
    Sold("closed", 220, 30, 8, (SHELF, SHELF, SHELF)),
    Sold("closed", 120, 30, 9, (MADE, SHELF)),
    Sold("closed", 60, 27, 9, (SHELF, SHELF), quoted=True),
    Sold("closed_short", 15, 25, 12, (SHELF, SHELF)),
    Sold("shipped", 110, 12, 4, (SHELF, SHELF)),
    Sold("shipped", 40, 12, 4, (MADE,), quoted=True),
    Sold("partly_shipped", 30, 10, 4, (SHELF, SHELF)),
    Sold("partly_shipped", 15, 10, 4, (MADE, RELEASED)),
    Sold("ready", 50, 6, 1, (SHELF, SHELF)),
    Sold("ready", 20, 8, 3, (MADE, SHELF)),
    Sold("in_production", 8, 4, 2, (PRINTING, SHELF)),
    Sold("in_production", 4, 4, 2, (HALF_MADE,)),
    Sold("in_production", 10, 9, 3, (STOPPED, PLANNED)),
    Sold("in_production", 30, 9, 3, (MADE, RELEASED, SHELF)),
    Sold("in_production", 18, 7, 3, (MADE, PLANNED)),
    Sold("confirmed", 60, 6, 1, (PLANNED, SHELF)),
    Sold("confirmed", 20, 5, 1, (PLANNED, PLANNED), quoted=True),
    Sold("confirmed", 20, 6, 2, (RELEASED,)),
    Sold("confirmed", 10, 14, 9, (PLANNED, PLANNED)),  # promised for a day that is over
    Sold("pending", 80, 4, 1, (ASKED, ASKED)),
    Sold("pending", 10, 3, 1, (ASKED,), quoted=True),
    Sold("cancelled", 15, 28, 2, ()),
    Sold("called_off", 35, 28, 3, (PLANNED,)),
)


def printers_at_work(orders: int) -> int:
    """How many printers print for so many sales orders."""
    return sum(
        len(sold.days(orders)) * sum(kind in ON_A_PRINTER for kind in sold.lines) for sold in SOLD
    )


def sell(farm: Farm, lines: Lines, orders: int) -> None:
    """So many sales orders, in the shares that `SOLD` says."""
    days = [sold.days(orders) for sold in SOLD]
    for sold, placed, codes in zip(SOLD, days, numbered("SO", days), strict=True):
        SalesOrderFactory.create_batch(
            len(placed),
            **{sold.state: True},
            customer=FuzzyChoice(farm.customers),
            code=factory.Iterator(codes),
            order_date=factory.Iterator(placed),
            created_at=factory.LazyAttribute(lambda order: at(order.order_date, 9)),
            **_lines(sold, lines),
            **_PARCEL,
        )


def _lines(sold: Sold, lines: Lines) -> Overrides:
    if not sold.quoted:
        return {"lines": [{**lines.asked(kind), **lines.done(kind)} for kind in sold.lines]}
    (kind,) = set(sold.lines)
    quoted = [lines.asked(kind) for _ in sold.lines]
    done = {f"lines__{name}": value for name, value in lines.done(kind).items()}
    return {"quoted": True, "quote__lines": quoted, **_QUOTED, **done}


def _days_before(days: int) -> Any:
    return factory.LazyAttribute(lambda quote: quote.factory_parent.order_date - timedelta(days))


_QUOTED: Overrides = {
    "quote__quote_date": _days_before(3),
    "quote__created_at": factory.LazyAttribute(lambda quote: at(quote.quote_date, 9)),
}
_PARCEL: Overrides = {
    "shipments__carrier": FuzzyChoice(CARRIERS),
    "shipments__shipped_on": factory.LazyAttribute(
        lambda parcel: parcel.sales_order.order_date + timedelta(days=3)
    ),
    "shipments__lines__movements__created_at": factory.LazyAttribute(
        lambda move: at(move.factory_parent.shipment.shipped_on, 16)
    ),
}
