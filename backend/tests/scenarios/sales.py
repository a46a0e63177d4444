"""Deals: one from the question to the last parcel, and one that is in a hurry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.models import (
    Customer,
    Printer,
    PrinterStatus,
    Product,
    ProductionOrder,
    PurchaseOrder,
    Quote,
    Role,
    SalesOrder,
    SalesOrderLine,
    Shipment,
)
from app.services import printers as fleet
from app.services import production, purchasing, quotes, sales_orders, shipping
from app.services.demand import ChainComponent, LineReadiness, blockers, chain
from app.services.pricing import NewLine
from app.services.purchasing import NewPurchaseLine
from factoryfloor import scenario
from tests.factories import CustomerFactory, PrinterFactory

from .catalog import Basic, basic
from .people import Credentials, sign_up
from .steps import number_on, print_pieces, sell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PLANTERS, VASES = 20, 8
"""What the customer of the deal wants: the planters are made for them, the vases are there."""
FIRST_PLANTERS = 12
"""How many planters leave with the first parcel."""
HURRY = 2
"""In how many days the rush order is due."""


@dataclass(frozen=True)
class Deal:
    """A line of the deal and what left of it, in the first parcel and in the second."""

    line: SalesOrderLine
    product: Product
    first: int
    second: int


@dataclass(frozen=True)
class QuoteToCash:
    """The documents of each step, in their order, and what the customer has to pay."""

    admin: Credentials
    planner: Credentials
    operator: Credentials
    customer: Customer
    quote: Quote
    sales_order: SalesOrder
    production_order: ProductionOrder
    printer: Printer
    first_shipment: Shipment
    second_shipment: Shipment
    planters: Deal
    vases: Deal
    total: Decimal


@scenario("quote-to-cash")
def quote_to_cash(db: Session) -> QuoteToCash:
    """A deal that is done: quoted, accepted, ordered, produced, shipped in two parts, and closed.

    The customer wanted 20 planters and 8 vases. The vases were in stock and left with the first 12
    planters off the printer, the other 8 planters followed.
    """
    start = basic(db)
    planner, operator = sign_up(Role.PLANNER), sign_up(Role.OPERATOR)
    customer = CustomerFactory.create(name="Botanica Lind", email="orders@botanica.example")
    quote, order = _agreed(db, start, customer)
    printer = PrinterFactory.create()
    made = print_pieces(db, order.production_orders[0], printer, good=FIRST_PLANTERS)
    first = _ship(db, order, {1: FIRST_PLANTERS, 2: VASES}, "PP-1001")
    production.report(db, made.id, good=PLANTERS - FIRST_PLANTERS)
    second = _ship(db, order, {1: PLANTERS - FIRST_PLANTERS}, "PP-1002")
    sales_orders.close(db, order.id)
    number_on(db)
    planters, vases = order.lines
    return QuoteToCash(
        admin=start.admin,
        planner=planner,
        operator=operator,
        customer=customer,
        quote=quote,
        sales_order=order,
        production_order=made,
        printer=printer,
        first_shipment=first,
        second_shipment=second,
        planters=Deal(planters, planters.product, FIRST_PLANTERS, PLANTERS - FIRST_PLANTERS),
        vases=Deal(vases, vases.product, VASES, 0),
        total=order.total,
    )


def _agreed(db: Session, start: Basic, customer: Customer) -> tuple[Quote, SalesOrder]:
    """The quote that the customer accepted, and the confirmed order that it became."""
    planter, vase = start.products.planter, start.products.vase
    asked = [NewLine(planter.id, PLANTERS), NewLine(vase.id, VASES)]
    quote = quotes.create(db, customer.id, asked)
    quotes.send(db, quote.id)
    quotes.accept(db, quote.id)
    order = quotes.convert(db, quote.id)
    return quote, sales_orders.confirm(db, order.id)


def _ship(db: Session, order: SalesOrder, pieces: dict[int, int], tracking: str) -> Shipment:
    return shipping.ship(db, order.id, pieces, carrier="Parcel Post", tracking_number=tracking)


@dataclass(frozen=True)
class InTheWay:
    """An order that came before, with the production order that holds material and a printer."""

    sales_order: SalesOrder
    production_order: ProductionOrder
    printer: Printer


@dataclass(frozen=True)
class RushOrder:
    """The order in a hurry, what its planters take, what blocks it, and who is in its way.

    `reserved_vases` is the order that has most of the vases; `purchase_order` brings filament a
    day too late.
    """

    admin: Credentials
    planner: Credentials
    customer: Customer
    sales_order: SalesOrder
    due: date
    planters: ProductionOrder
    vases: ProductionOrder
    needs: list[ChainComponent]
    readiness: list[LineReadiness]
    in_the_way: list[InTheWay]
    reserved_vases: SalesOrder
    purchase_order: PurchaseOrder
    in_maintenance: Printer


@scenario("rush-order")
def rush_order(db: Session) -> RushOrder:
    """An order due in two days, while others have the stock and all printers are taken.

    Of the 3 kg of filament for its 12 planters 2 kg are free, and the rest comes in three days; of
    their 48 inserts 22 are free, and nobody has ordered more. Of its 6 vases 2 are free, and the 4
    others could be printed at once if there were a printer.
    """
    start = basic(db)
    planner = sign_up(Role.PLANNER)
    in_the_way = [_at_work(db, start, "Hotel Aurora", 24), _at_work(db, start, "Café Lumen", 8)]
    vases = sell(db, CustomerFactory.create(name="Florist Primrose"), (start.products.vase, 10))
    broken = fleet.set_status(db, PrinterFactory.create().id, PrinterStatus.MAINTENANCE)
    filament = _placed(db, start)
    customer = CustomerFactory.create(name="Expo Nord", email="stand@expo-nord.example")
    order = _in_a_hurry(db, start, customer)
    number_on(db)
    db.expire_all()  # what the database holds has four digits, as the API answers
    lines = chain(db, order.id).lines
    return RushOrder(
        admin=start.admin,
        planner=planner,
        customer=customer,
        sales_order=order,
        due=date.today() + timedelta(days=HURRY),
        planters=order.production_orders[0],
        vases=order.production_orders[1],
        needs=lines[0].production_orders[0].components,
        readiness=blockers(db, order.id),
        in_the_way=in_the_way,
        reserved_vases=vases,
        purchase_order=filament,
        in_maintenance=broken,
    )


def _at_work(db: Session, start: Basic, name: str, planters: int) -> InTheWay:
    """A printer that has just begun to make all planters of a customer's order."""
    order = sell(db, CustomerFactory.create(name=name), (start.products.planter, planters))
    printer = PrinterFactory.create()
    made = production.release(db, order.production_orders[0].id)
    return InTheWay(order, production.start(db, made.id, printer.id), printer)


def _placed(db: Session, start: Basic) -> PurchaseOrder:
    """Five kilograms of filament, to come after the vendor's three days."""
    line = NewPurchaseLine(start.materials.pla.id, Decimal(5))
    return purchasing.place(db, purchasing.create(db, start.vendors.filament.id, [line]).id)


def _in_a_hurry(db: Session, start: Basic, customer: Customer) -> SalesOrder:
    asked = [NewLine(start.products.planter.id, 12), NewLine(start.products.vase.id, 6)]
    due = date.today() + timedelta(days=HURRY)
    return sales_orders.confirm(db, sales_orders.create(db, customer.id, asked, due).id)
