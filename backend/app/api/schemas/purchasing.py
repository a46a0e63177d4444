"""Purchase orders as they are sent and shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.api.fields import NOT_GIVEN, Day, Edit, Input, Reference, Row
from app.models import PurchaseOrderStatus

from .lines import PurchaseLines, QuantitiesOfLines
from .references import ItemName, VendorName


class NewPurchaseOrder(Input):
    """A draft to be, of today and expected after the vendor's lead time unless said otherwise."""

    vendor_id: Reference
    expected_date: Day = NOT_GIVEN
    lines: PurchaseLines = []


class PurchaseOrderEdit(Edit):
    """What changes of a draft; lines that are sent replace all that it has."""

    expected_date: Day = NOT_GIVEN
    lines: PurchaseLines = NOT_GIVEN


class Placing(Input):
    """The day that the vendor confirmed, if it is not after the usual lead time."""

    expected_date: Day = NOT_GIVEN


class Receipt(Input):
    """What came into stock of which line."""

    lines: QuantitiesOfLines


class PurchaseOrderLineRead(Row):
    """One line of an order."""

    line_number: int
    item: ItemName
    quantity: Decimal
    quantity_received: Decimal
    unit_cost: Decimal
    total_cost: Decimal


class PurchaseOrderRead(Row):
    """An order with its vendor and lines."""

    id: int
    code: str
    status: PurchaseOrderStatus
    order_date: date
    expected_date: date | None
    vendor: VendorName
    lines: list[PurchaseOrderLineRead]
    total: Decimal
    version: int
