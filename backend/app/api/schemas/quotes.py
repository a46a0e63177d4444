"""Quotes as they are sent and shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.api.fields import NOT_GIVEN, Day, Edit, Input, Reference, Row
from app.models import QuoteStatus

from .lines import SalesLines
from .references import CustomerName, OrderName, ProductName


class NewQuote(Input):
    """A draft to be, of today and good for thirty days unless said otherwise."""

    customer_id: Reference
    valid_until: Day = NOT_GIVEN
    lines: SalesLines = []


class QuoteEdit(Edit):
    """What changes of a draft; lines that are sent replace all that it has."""

    valid_until: Day = NOT_GIVEN
    lines: SalesLines = NOT_GIVEN


class Conversion(Input):
    """How a quote becomes a sales order: in a week, unless another day was promised."""

    ship_date: Day = NOT_GIVEN


class QuoteLineRead(Row):
    """One line of a quote."""

    line_number: int
    product: ProductName
    quantity: int
    unit_price: Decimal
    total_price: Decimal


class QuoteRead(Row):
    """A quote with its customer and lines, and the sales order that it became."""

    id: int
    code: str
    status: QuoteStatus
    quote_date: date
    valid_until: date | None
    customer: CustomerName
    lines: list[QuoteLineRead]
    total: Decimal
    sales_order: OrderName | None
    version: int
