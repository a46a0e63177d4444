"""Sales orders as they are sent and shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import AliasPath, Field

from app.api.fields import NOT_GIVEN, Day, Edit, Input, Reference, Row
from app.models import SalesOrderStatus

from .lines import SalesLines
from .references import CustomerName, ProductName


class NewSalesOrder(Input):
    """A pending order to be, of today and to be shipped in a week unless said otherwise."""

    customer_id: Reference
    ship_date: Day = NOT_GIVEN
    lines: SalesLines = []


class SalesOrderEdit(Edit):
    """What changes of a pending order; lines that are sent replace all that it has."""

    ship_date: Day = NOT_GIVEN
    lines: SalesLines = NOT_GIVEN


class SalesOrderLineRead(Row):
    """One line of an order; `reserved` pieces lie in stock and can be shipped."""

    line_number: int
    product: ProductName
    quantity: int
    quantity_shipped: int
    reserved: Decimal = Field(Decimal(0), validation_alias=AliasPath("reservation", "quantity"))
    unit_price: Decimal
    total_price: Decimal


class SalesOrderRead(Row):
    """An order with its customer and lines."""

    id: int
    code: str
    status: SalesOrderStatus
    quote_id: int | None
    order_date: date
    ship_date: date | None
    customer: CustomerName
    lines: list[SalesOrderLineRead]
    total: Decimal
    version: int
