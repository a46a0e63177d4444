"""The lines of quotes and sales orders, at the price agreed or the product's own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from app.models import Product, QuoteLine, SalesOrderLine

from .errors import InvalidInputError
from .locking import require_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

LineT = TypeVar("LineT", QuoteLine, SalesOrderLine)

GREATEST_TOTAL = Decimal("9999999999.99")
"""The most that a line of an order can come to: twelve digits."""


@dataclass(frozen=True)
class NewLine:
    """So many pieces of a product, at its list price unless another is given."""

    product_id: int
    quantity: int
    unit_price: Decimal | None = None


def new_lines(db: Session, model: type[LineT], lines: Sequence[NewLine]) -> list[LineT]:
    """The lines, numbered from one.

    `InvalidInputError` if there is no such product, or if a line comes to more than can be stored.
    """
    products = require_all(db, Product, {line.product_id for line in lines})
    return [
        model(
            line_number=number,
            product=products[line.product_id],
            quantity=line.quantity,
            unit_price=_price(number, line, products[line.product_id]),
        )
        for number, line in enumerate(lines, start=1)
    ]


def _price(number: int, line: NewLine, product: Product) -> Decimal:
    price = product.unit_price if line.unit_price is None else line.unit_price
    if price * line.quantity > GREATEST_TOTAL:
        raise InvalidInputError(f"line {number} comes to more than {GREATEST_TOTAL}; part it")
    return price
