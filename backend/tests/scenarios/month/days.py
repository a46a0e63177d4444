"""The days of the month before today, and how documents are spread over them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import factory

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTH = 30
"""How many days before today the month begins; it ends yesterday."""


@dataclass(frozen=True)
class Share:
    """So many documents for a thousand sales orders that came so far, between two ages in days."""

    state: str
    per_thousand: int
    oldest: int
    youngest: int

    def days(self, orders: int) -> list[date]:
        """The day of each document, in order and evenly spread; one document at least."""
        count = max(1, orders * self.per_thousand // 1000)
        width = self.oldest - self.youngest + 1
        return [ago(self.oldest - place * width // count) for place in range(count)]


def ago(days: int) -> date:
    """The date so many days before today."""
    return date.today() - timedelta(days=days)


def at(day: date, hour: int, days_later: int = 0) -> datetime:
    """An hour of the day, or of one so many days later, by the clock of the farm."""
    return datetime.combine(day + timedelta(days=days_later), time(hour)).astimezone()


def numbered(prefix: str, batches: Sequence[Sequence[date]]) -> list[list[str]]:
    """A code for each day of each batch, numbered by day from one in each year."""
    places = [(day, batch, i) for batch, days in enumerate(batches) for i, day in enumerate(days)]
    codes = [[""] * len(days) for days in batches]
    numbers: Counter[int] = Counter()
    for day, batch, place in sorted(places):
        numbers[day.year] += 1
        codes[batch][place] = f"{prefix}-{day.year}-{numbers[day.year]:04d}"
    return codes


def coded(prefix: str) -> Any:
    """A code of the year in which the document was written."""
    return factory.LazyAttributeSequence(
        lambda document, n: f"{prefix}-{document.created_at.year}-{n:04d}"
    )


six_hours_after_the_start: Any = factory.LazyAttribute(
    lambda row: row.factory_parent.started_at + timedelta(hours=6)
)
"""When the pieces of a production order came off the printer, for the rows that this wrote."""
