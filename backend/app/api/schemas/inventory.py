"""Movements of stock, what is there, and what of it is promised, in the items' units."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from app.api.fields import Input, Movement, Prose, Reference, Row, ShortText
from app.models import TransactionType
from app.services.inventory import StockValue

from .references import ItemName, OrderName


class NewMovement(Input):
    """A movement entered by hand: a positive quantity, or the difference that was counted."""

    item_id: Reference
    transaction_type: Literal[
        TransactionType.RECEIVE,
        TransactionType.ISSUE,
        TransactionType.ADJUST,
        TransactionType.SCRAP,
        TransactionType.RETURN,
    ]
    quantity: Movement
    reference: ShortText | None = None
    notes: Prose | None = None


class MovementRead(Row):
    """A movement; its quantity is positive into stock and negative out of it."""

    id: int
    item_id: int
    transaction_type: TransactionType
    quantity: Decimal
    reference: str | None
    notes: str | None
    created_at: datetime


class StockRead(Row):
    """The stock of an item; `available` is what of `on_hand` is not `reserved`.

    It is `low` where no more is available than the reorder point.
    """

    item_id: int
    sku: str
    name: str
    unit: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    reorder_point: Decimal
    low: bool


class Valuation(Row):
    """What all stock is worth, and how that adds up."""

    total: Decimal
    items: list[StockValue]


class LineOfOrder(Row):
    """A line of a sales order."""

    sales_order: OrderName
    line_number: int


class ReservationRead(Row):
    """Stock that is promised: either to a line or to a production order."""

    id: int
    item: ItemName
    quantity: Decimal
    sales_order_line: LineOfOrder | None
    production_order: OrderName | None
    created_at: datetime
