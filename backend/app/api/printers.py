"""The fleet of printers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import select

from app.models import Printer, PrinterStatus
from app.services import master_data
from app.services import printers as fleet

from .access import for_operators, for_planners
from .fields import NOT_GIVEN, RowId, SearchText
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import Database
from .problems import problems
from .reading import required
from .schemas.printers import NewPrinter, PrinterEdit, PrinterRead, PrinterStatusChange

router = APIRouter()
in_order = sorted_by(
    "name", Printer.id, name=Printer.name, model=Printer.model, status=Printer.status
)


@router.get("/printers", response_model=list[PrinterRead], responses=listed())
def printers(
    db: Database,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    printer_status: Annotated[PrinterStatus, Query(alias="status")] = NOT_GIVEN,
) -> Sequence[Printer]:
    """All printers; `q` is part of a name or a model."""
    found = containing(select(Printer), q, Printer.name, Printer.model)
    return page.read(db, where_equal(found, (Printer.status, printer_status)))


@router.get("/printers/{printer_id}", response_model=PrinterRead, responses=problems(404))
def printer(printer_id: RowId, db: Database) -> Printer:
    """One printer."""
    return required(db.get(Printer, printer_id), Printer, printer_id)


@router.post(
    "/printers",
    response_model=PrinterRead,
    status_code=status.HTTP_201_CREATED,
    **for_planners(409),
)
def create_printer(new: NewPrinter, db: Database) -> Printer:
    """A new printer, which is idle."""
    printer = Printer(**new.model_dump())
    db.add(printer)
    db.commit()
    return printer


@router.patch("/printers/{printer_id}", response_model=PrinterRead, **for_planners(404, 409))
def edit_printer(printer_id: RowId, edit: PrinterEdit, db: Database) -> Printer:
    """The printer with these changes."""
    printer = master_data.edit(db, Printer, printer_id, edit.version, edit.changes())
    db.commit()
    return printer


@router.post("/printers/{printer_id}/status", response_model=PrinterRead, **for_operators(404, 409))
def set_printer_status(printer_id: RowId, change: PrinterStatusChange, db: Database) -> Printer:
    """The printer is ready, in maintenance or offline; 409 while an order is in progress on it."""
    printer = fleet.set_status(db, printer_id, change.status)
    db.commit()
    return printer


@router.delete(
    "/printers/{printer_id}",
    response_model=None,
    status_code=status.HTTP_204_NO_CONTENT,
    **for_planners(404, 409),
)
def delete_printer(printer_id: RowId, db: Database) -> None:
    """The printer is gone; 409 if a production order was ever on it."""
    master_data.delete(db, Printer, printer_id)
    db.commit()
