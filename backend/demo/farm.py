"""A farm that has sold more lamps than it has material for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import PrinterStatus, Role
from app.services import production, purchase_suggestions, quotes, sales_orders, shipping
from app.services.demand import blockers, shortages
from app.services.pricing import NewLine
from demo.catalog import Catalog, stock_the_shelves
from tests.factories import CustomerFactory, PrinterFactory
from tests.scenarios.people import sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import (
        Printer,
        Product,
        ProductionOrder,
        PurchaseOrder,
        Quote,
        SalesOrder,
    )
    from app.services.demand import LineReadiness, Shortage

LAMPS = 40


@dataclass(frozen=True)
class Farm:
    """What was built, from the quote down to the purchase orders."""

    quote: Quote
    sales_order: SalesOrder
    production_orders: list[ProductionOrder]
    printers: list[Printer]
    readiness: list[LineReadiness]
    shortages: list[Shortage]
    purchase_orders: list[PurchaseOrder]


def build_farm(db: Session) -> Farm:
    """The farm, written to `db`, in which factories write too.

    What it owns, factories make; what happens to it, FilaOps' own services do. 40 lamps are
    sold. Each takes a shade, printed on the farm itself from 0.18 kg of filament and 4 threaded
    inserts, and an LED kit and a box. Meanwhile vases are printed for stock, and sold from it.
    There is a user for each role, whose name is their password too.
    """
    for role in Role:
        sign_up(role)
    catalog = stock_the_shelves()
    printers = _printers()
    _vases(db, catalog.vase, printers[0])
    quote, order = _sale(db, catalog)
    missing = shortages(db)
    return Farm(
        quote=quote,
        sales_order=order,
        production_orders=order.production_orders,
        printers=printers,
        shortages=missing,
        purchase_orders=purchase_suggestions.draft_orders(db),
        readiness=blockers(db, order.id),
    )


def _printers() -> list[Printer]:
    models = ["P1S", "P1S", "X1C", "MK4"]
    fleet = [PrinterFactory.create(model=model) for model in models]
    fleet[3].status = PrinterStatus.MAINTENANCE
    return fleet


def _vases(db: Session, vase: Product, printer: Printer) -> None:
    """A dozen is on a printer; five are done and one went wrong; two of the five have left."""
    batch = production.create(db, vase.id, quantity=12)
    production.release(db, batch.id)
    production.start(db, batch.id, printer.id)
    production.report(db, batch.id, good=5, scrapped=1)
    florist = CustomerFactory.create(name="Florist Primrose", email="shop@primrose.example")
    order = sales_orders.create(db, florist.id, [NewLine(vase.id, 4)])
    sales_orders.confirm(db, order.id)
    shipping.ship(db, order.id, {1: 2}, carrier="Parcel Post", tracking_number="PP-0001")


def _sale(db: Session, catalog: Catalog) -> tuple[Quote, SalesOrder]:
    customer = CustomerFactory.create(name="Café Lumen", email="orders@lumen.example")
    quote = quotes.create(db, customer.id, [NewLine(catalog.lamp.id, LAMPS)])
    quotes.send(db, quote.id)
    quotes.accept(db, quote.id)
    order = quotes.convert(db, quote.id)
    sales_orders.confirm(db, order.id)
    return quote, order
