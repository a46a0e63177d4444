"""Defaults that factories of several domains compute in the same way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import factory

if TYPE_CHECKING:
    from collections.abc import Collection


def dated_code(prefix: str, dated: str | None = None) -> Any:
    """`SO-2026-0001`: the year is that of the row's own date, or today's where it has none."""

    def code(row: Any, n: int) -> str:
        day = getattr(row, dated) if dated else None
        return f"{prefix}-{(day or date.today()).year}-{n:04d}"

    return factory.LazyAttributeSequence(code)


def days_from_today(days: int) -> Any:
    """The date so many days after today, or before it."""
    return factory.LazyFunction(lambda: date.today() + timedelta(days=days))


def days_after(dated: str, days: int) -> Any:
    """The date so many days after another date of the row."""
    return factory.LazyAttribute(
        lambda row: day + timedelta(days=days) if (day := getattr(row, dated)) else None
    )


def next_line_number(document: str) -> Any:
    """One more than the highest line number of the document so far."""

    def number(row: Any) -> int:
        lines = getattr(getattr(row, document), "lines", ())
        return 1 + max((line.line_number for line in lines), default=0)

    return factory.LazyAttribute(number)


def exact(number: Any) -> Decimal:
    """A number as it is written, so that 0.1 is a tenth."""
    return Decimal(str(number))


def amount(price: Any, quantity: Any) -> Decimal | None:
    """Price times quantity, unless one of them is missing."""
    return None if None in (price, quantity) else exact(price) * exact(quantity)


def stock_item(product: str) -> dict[str, Any]:
    """The item as which a product is first kept in stock, as `app.services.stocking` makes it.

    `product` is the way from the item to the product: `..product.`.
    """
    return {
        "finished_good": True,
        "sku": factory.SelfAttribute(f"{product}sku"),
        "name": factory.SelfAttribute(f"{product}name"),
        "unit_cost": Decimal(0),
        "reorder_point": Decimal(0),
    }


def fulfilled(line: Any, document: Any, whole: Collection[str], part: str) -> Any:
    """What of a line's quantity is done: all if the document says so, or half of its first line."""
    status = getattr(document, "status", None)
    if status in whole:
        return line.quantity
    return half_of_the_first(line) if status == part else 0


def half_of_the_first(line: Any) -> Any:
    """What is done of a line where a part of its document is: half of line 1, rounded up."""
    return line.quantity // 2 + line.quantity % 2 if line.line_number == 1 else 0
