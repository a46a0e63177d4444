"""Production orders as they are sent and shown."""

from __future__ import annotations

from datetime import date, datetime

from app.api.fields import NOT_GIVEN, Day, Input, Pieces, PiecesOrNone, Quantity, Reference, Row
from app.models import ProductionOrderStatus


class NewProductionOrder(Input):
    """A draft to be, of so many pieces for stock."""

    product_id: Reference
    quantity: Pieces
    due_date: Day = NOT_GIVEN


class Start(Input):
    """The printer that an order goes on."""

    printer_id: Reference


class NewReport(Input):
    """So many more pieces that came off the printer, good ones and others."""

    good: PiecesOrNone = 0
    scrapped: PiecesOrNone = 0


class MaterialReturn(Input):
    """So much of an item, in its unit, that was issued and not used."""

    item_id: Reference
    quantity: Quantity


class ProductionOrderRead(Row):
    """So many pieces to print; `sales_order_line` is the line's number.

    `bom_revision` is that of the bill that the order was released with.
    """

    id: int
    code: str
    status: ProductionOrderStatus
    product_id: int
    quantity_ordered: int
    quantity_completed: int
    quantity_scrapped: int
    quantity_open: int
    sales_order_id: int | None
    sales_order_line: int | None
    printer_id: int | None
    bom_revision: int | None
    due_date: date | None
    started_at: datetime | None
    completed_at: datetime | None
    created_at: datetime
