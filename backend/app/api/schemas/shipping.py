"""Shipments as they are sent and shown."""

from __future__ import annotations

from datetime import date

from pydantic import AliasPath, Field

from app.api.fields import NOT_GIVEN, Input, Row, ShortText

from .lines import PiecesOfLines
from .references import CustomerName, OrderName, ProductName


class NewShipment(Input):
    """A parcel to be; without lines it holds all that is reserved for the order."""

    lines: PiecesOfLines = NOT_GIVEN
    carrier: ShortText | None = None
    tracking_number: ShortText | None = None


class ShipmentLineRead(Row):
    """So many pieces in a parcel, and the line of the order that they are for."""

    line_number: int = Field(validation_alias=AliasPath("sales_order_line", "line_number"))
    product: ProductName = Field(validation_alias=AliasPath("sales_order_line", "product"))
    quantity: int


class ShipmentRead(Row):
    """A parcel with its order, its customer and what is in it."""

    id: int
    sales_order: OrderName
    customer: CustomerName = Field(validation_alias=AliasPath("sales_order", "customer"))
    shipped_on: date
    carrier: str | None
    tracking_number: str | None
    lines: list[ShipmentLineRead]
