"""The paths of production orders and of the printers that they are on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from app.models import Printer, PrinterStatus
from app.services import master_data, printers, production, sales_orders
from app.services.stocking import stock_item
from tests import factories as f

from .steps import release, report, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import ProductionOrder

    from .steps import Path

    Step: TypeAlias = Callable[[Session, ProductionOrder], object]


def _draft(db: Session) -> ProductionOrder:
    return production.create(db, f.ProductFactory.create(bom_lines=2).id, 10)


def _for_a_line(db: Session, bom_lines: int = 2) -> ProductionOrder:
    line = {"quantity": 10, "product__bom_lines": bom_lines}
    order = sales_orders.confirm(db, f.SalesOrderFactory.create(lines=[line]).id)
    (made,) = order.production_orders
    return made


def _overdue(db: Session) -> None:
    late = date.today() - timedelta(days=3)
    product = f.ProductFactory.create(bom_lines=2)
    release(db, production.create(db, product.id, 10, due_date=late))


def _to_stock(db: Session) -> None:
    product = f.ProductFactory.create()
    stock_item(db, product)
    production.create(db, product.id, 10)


def _status(status: PrinterStatus) -> Path:
    return lambda db: printers.set_status(db, f.PrinterFactory.create().id, status)


def _off_its_printer(db: Session, order: ProductionOrder, step: Step) -> None:
    """The order is stopped or cancelled, and its printer, which nothing refers to now, sold."""
    printer = order.printer
    assert printer is not None
    step(db, order)
    master_data.delete(db, Printer, printer.id)


def _stopped(db: Session, order: ProductionOrder) -> None:
    _off_its_printer(db, order, lambda db, order: production.stop(db, order.id))


def _cancelled(db: Session, order: ProductionOrder) -> None:
    _off_its_printer(db, order, lambda db, order: production.cancel(db, order.id))


def _returned(db: Session, order: ProductionOrder) -> None:
    report(db, order, 5)
    for line in order.product.bill:
        production.return_material(db, order.id, line.item_id, Decimal(1))


STEPS: dict[str, Step] = {
    "released": release,
    "in_progress": start,
    "half_completed": lambda db, order: report(db, order, 5),
    "scrapped": lambda db, order: report(db, order, 0, 2),
    "with_returns": _returned,
    "half_completed scrapped": lambda db, order: report(db, order, 5, 2),
    "stopped": lambda db, order: _stopped(db, start(db, order)),
    "half_completed stopped": lambda db, order: _stopped(db, report(db, order, 5)),
    "completed": lambda db, order: report(db, order, 10),
    "scrapped completed": lambda db, order: report(db, order, 8, 2),
    "called_off": lambda db, order: production.cancel(db, release(db, order).id),
    "half_completed cancelled": lambda db, order: _cancelled(db, report(db, order, 5)),
}
"""What may happen to a draft, by the traits that say so."""


def _then(step: Step, begin: Callable[[Session], ProductionOrder]) -> Path:
    return lambda db: step(db, begin(db))


def _of_one_material(db: Session) -> None:
    release(db, production.create(db, f.ProductFactory.create(bom_lines=1).id, 10))


PATHS: dict[Any, dict[str, Path]] = {
    f.ProductionOrderFactory: {
        **{traits: _then(step, _draft) for traits, step in STEPS.items()},
        **{f"made_to_order {traits}": _then(step, _for_a_line) for traits, step in STEPS.items()},
        "": lambda db: production.create(db, f.ProductFactory.create().id, 10),
        "draft": lambda db: production.create(db, f.ProductFactory.create().id, 10),
        "cancelled": lambda db: production.cancel(
            db, production.create(db, f.ProductFactory.create().id, 10).id
        ),
        "made_to_order": lambda db: _for_a_line(db, bom_lines=0),
        "made_to_order cancelled": lambda db: production.cancel(
            db, _for_a_line(db, bom_lines=0).id
        ),
        "made_to_stock": _to_stock,
        "overdue": _overdue,
    },
    f.PrinterFactory: {
        "idle": _status(PrinterStatus.IDLE),
        "in_maintenance": _status(PrinterStatus.MAINTENANCE),
        "offline": _status(PrinterStatus.OFFLINE),
        "printing": lambda db: start(db, _draft(db)),
    },
    f.ReservationFactory: {"for_production": _of_one_material},
}
