"""Printers as they are sent and shown."""

from __future__ import annotations

from typing import Literal

from app.api.fields import NOT_GIVEN, Edit, Input, Row, ShortText
from app.models import PrinterStatus


class NewPrinter(Input):
    """A printer to be, which is idle."""

    name: ShortText
    model: ShortText | None = None


class PrinterEdit(Edit):
    """What changes of a printer."""

    name: ShortText = NOT_GIVEN
    model: ShortText | None = None


class PrinterStatusChange(Input):
    """What people tell FilaOps of a printer; it is printing while an order is in progress."""

    status: Literal[PrinterStatus.IDLE, PrinterStatus.MAINTENANCE, PrinterStatus.OFFLINE]


class PrinterRead(Row):
    """A printer and what it is doing."""

    id: int
    name: str
    model: str | None
    status: PrinterStatus
    version: int
