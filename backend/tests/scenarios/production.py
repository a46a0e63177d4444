"""Orders on their way through the printers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import (
    Customer,
    Printer,
    PrinterStatus,
    Product,
    ProductionOrder,
    ProductionOrderStatus,
    SalesOrder,
)
from app.services import printers, production, sales_orders
from factoryfloor import scenario
from tests.factories import CustomerFactory, PrinterFactory

from .catalog import Basic, Materials, basic
from .steps import buy, number_on, print_pieces, sell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from .people import Credentials

PIECES = 10
"""The size of each production order."""


@dataclass(frozen=True)
class Job:
    """A production order with what it makes, how far it is, and the printer it is or was on."""

    order: ProductionOrder
    product: Product
    printer: Printer | None
    ordered: int
    completed: int
    scrapped: int


@dataclass(frozen=True)
class Jobs:
    """Production orders by their status."""

    draft: list[Job]
    released: list[Job]
    in_progress: list[Job]
    completed: list[Job]
    cancelled: list[Job]


@dataclass(frozen=True)
class Fleet:
    """Printers by their status."""

    printing: list[Printer]
    idle: Printer
    maintenance: Printer
    offline: Printer


@dataclass(frozen=True)
class ProductionInProgress:
    """What is made for sales orders, what is made for stock, and what it is made on."""

    admin: Credentials
    customer: Customer
    sales_orders: list[SalesOrder]
    made_to_order: Jobs
    made_to_stock: Jobs
    fleet: Fleet


@scenario("production-in-progress", aliases=["production-mto"])
def production_in_progress(db: Session, *, scale: int = 1) -> ProductionInProgress:
    """Production for sales orders and for stock in every state, on printers that show it.

    `scale` is how many orders there are of each kind in each state. Those in progress have four
    good pieces of ten and one scrapped, which of those made to order nobody has planned again.
    """
    start = basic(db)
    customer = CustomerFactory.create(name="Interior Studio Kahn", email="orders@kahn.example")
    fleet = _fleet(db, scale)
    _deliver(db, start.materials, scale)
    sold = [
        order
        for printer in fleet.printing[::2]
        for order in _made_to_order(db, start, customer, printer)
    ]
    for printer in fleet.printing[1::2]:
        _made_to_stock(db, start.products.vase, printer)
    number_on(db)
    rows = db.scalars(select(ProductionOrder).order_by(ProductionOrder.id)).all()
    return ProductionInProgress(
        admin=start.admin,
        customer=customer,
        sales_orders=sold,
        made_to_order=_jobs([made for made in rows if made.sales_order is not None]),
        made_to_stock=_jobs([made for made in rows if made.sales_order is None]),
        fleet=fleet,
    )


def _fleet(db: Session, scale: int) -> Fleet:
    at_work = PrinterFactory.create_batch(2 * scale, model="X1C")
    idle, maintenance, offline = PrinterFactory.create_batch(3)
    return Fleet(
        printing=at_work,
        idle=idle,
        maintenance=printers.set_status(db, maintenance.id, PrinterStatus.MAINTENANCE),
        offline=printers.set_status(db, offline.id, PrinterStatus.OFFLINE),
    )


def _deliver(db: Session, materials: Materials, scale: int) -> None:
    """Enough for all that is released."""
    takes = {materials.pla: 8, materials.petg: 4, materials.insert: 120, materials.box: 30}
    for item, quantity in takes.items():
        buy(db, item, Decimal(quantity * scale))


def _made_to_order(
    db: Session, start: Basic, customer: Customer, printer: Printer
) -> list[SalesOrder]:
    """A sales order for each state of the production order that it waits, or waited, for."""
    planter = start.products.planter
    sold = [sell(db, customer, (planter, PIECES)) for _ in range(5)]
    _, released, in_progress, completed, cancelled = sold
    production.release(db, released.production_orders[0].id)
    print_pieces(db, completed.production_orders[0], printer, PIECES)
    print_pieces(db, in_progress.production_orders[0], printer, 4, 1)
    sales_orders.cancel(db, cancelled.id)
    return sold


def _made_to_stock(db: Session, product: Product, printer: Printer) -> None:
    due = date.today() + timedelta(days=10)
    made = [production.create(db, product.id, PIECES, due) for _ in range(5)]
    _, released, in_progress, completed, cancelled = made
    production.release(db, released.id)
    print_pieces(db, completed, printer, PIECES - 1, 1)
    print_pieces(db, in_progress, printer, 4, 1)
    production.cancel(db, cancelled.id)


def _jobs(made: Sequence[ProductionOrder]) -> Jobs:
    jobs: dict[ProductionOrderStatus, list[Job]] = {state: [] for state in ProductionOrderStatus}
    for order in made:
        jobs[order.status].append(_job(order))
    return Jobs(**{state.value: found for state, found in jobs.items()})


def _job(order: ProductionOrder) -> Job:
    return Job(
        order=order,
        product=order.product,
        printer=order.printer,
        ordered=order.quantity_ordered,
        completed=order.quantity_completed,
        scrapped=order.quantity_scrapped,
    )
