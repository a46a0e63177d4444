"""The lines of quotes and orders as they are sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from annotated_types import Len

from app.api.fields import (
    NOT_GIVEN,
    Input,
    LineNumber,
    Money,
    Pieces,
    Quantity,
    Reference,
    UnitCost,
)
from app.services.pricing import NewLine
from app.services.purchasing import NewPurchaseLine

MOST_LINES = 200
"""How many lines a document may have."""


class SalesLine(Input):
    """So many pieces of a product, at its list price unless another is given."""

    product_id: Reference
    quantity: Pieces
    unit_price: Money = NOT_GIVEN


class PurchaseLine(Input):
    """So much of an item in its unit, at the item's cost unless another is given."""

    item_id: Reference
    quantity: Quantity
    unit_cost: UnitCost = NOT_GIVEN


class LinePieces(Input):
    """So many pieces of the line with this number."""

    line_number: LineNumber
    quantity: Pieces


class LineQuantity(Input):
    """So much, in the item's unit, of the line with this number."""

    line_number: LineNumber
    quantity: Quantity


SalesLines = Annotated[list[SalesLine], Len(max_length=MOST_LINES)]
PurchaseLines = Annotated[list[PurchaseLine], Len(max_length=MOST_LINES)]
PiecesOfLines = Annotated[list[LinePieces], Len(min_length=1, max_length=MOST_LINES)]
QuantitiesOfLines = Annotated[list[LineQuantity], Len(min_length=1, max_length=MOST_LINES)]


def sold(lines: Sequence[SalesLine] | None) -> list[NewLine] | None:
    """The lines as the services of sales take them; None where none were sent."""
    return None if lines is None else [NewLine(**line.model_dump()) for line in lines]


def bought(lines: Sequence[PurchaseLine] | None) -> list[NewPurchaseLine] | None:
    """The lines as the service of purchasing takes them; None where none were sent."""
    return None if lines is None else [NewPurchaseLine(**line.model_dump()) for line in lines]


def pieces_by_line(lines: Sequence[LinePieces]) -> dict[int, int]:
    """The pieces of each line by its number; what is named twice counts twice."""
    pieces: Counter[int] = Counter()
    for line in lines:
        pieces[line.line_number] += line.quantity
    return dict(pieces)


def quantity_by_line(lines: Sequence[LineQuantity]) -> dict[int, Decimal]:
    """The quantity of each line by its number; what is named twice counts twice."""
    quantities: dict[int, Decimal] = {}
    for line in lines:
        number = line.line_number
        quantities[number] = quantities.get(number, Decimal(0)) + line.quantity
    return quantities
