"""The quotes of the month that became no order, or none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import factory
from factory.fuzzy import FuzzyChoice

from tests.factories import QuoteFactory
from tests.factories.defaults import days_after

from .days import Share, at
from .lines import Kind

if TYPE_CHECKING:
    from .farm import Farm
    from .lines import Lines

EXPIRED = Share("expired", 40, 30, 15)
OFFERED = (
    EXPIRED,
    Share("declined", 40, 30, 3),
    Share("accepted", 10, 4, 1),
    Share("sent", 40, 20, 1),
    Share("draft", 20, 2, 1),
)


def offer(farm: Farm, lines: Lines, orders: int) -> None:
    """The quotes beside so many sales orders, for two products each.

    What expired was good for a fortnight, the others for thirty days.
    """
    asked = [lines.asked(kind) for kind in (Kind.SHELF, Kind.PLANNED)]
    for share in OFFERED:
        days = share.days(orders)
        QuoteFactory.create_batch(
            len(days),
            **{share.state: True},
            customer=FuzzyChoice(farm.customers),
            quote_date=factory.Iterator(days),
            valid_until=days_after("quote_date", 14 if share is EXPIRED else 30),
            created_at=factory.LazyAttribute(lambda quote: at(quote.quote_date, 9)),
            lines=asked,
        )
