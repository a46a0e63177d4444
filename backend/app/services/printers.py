"""What people tell FilaOps about a printer; what it prints is the production order's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import Printer, PrinterStatus, ProductionOrder, ProductionOrderStatus

from .errors import InvalidInputError, RuleError
from .locking import locked

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def set_status(db: Session, printer_id: int, status: PrinterStatus) -> Printer:
    """The printer, now idle, in maintenance or offline; `RuleError` while an order is on it."""
    if status == PrinterStatus.PRINTING:
        raise InvalidInputError("a printer is printing once a production order is started on it")
    printer = locked(db, Printer, printer_id)
    at_work = select(ProductionOrder.code).where(
        ProductionOrder.printer_id == printer_id,
        ProductionOrder.status == ProductionOrderStatus.IN_PROGRESS,
    )
    if code := db.scalar(at_work):
        raise RuleError(f"{printer.name} prints {code}; stop or complete that order first")
    printer.status = status
    db.flush()
    return printer
