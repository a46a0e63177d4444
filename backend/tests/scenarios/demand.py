"""Orders that want more than there is, and what they wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import (
    Customer,
    Item,
    Printer,
    Product,
    ProductionOrder,
    PurchaseOrder,
    SalesOrder,
    SalesOrderLine,
)
from app.services import purchase_suggestions
from app.services.demand import LineReadiness, blockers, chain
from factoryfloor import scenario
from tests.factories import CustomerFactory, PrinterFactory

from .catalog import basic
from .steps import number_on, print_pieces, sell

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from app.services.demand import ChainComponent

    from .people import Credentials

UNITS = 50
"""How many planters the customer of the full demand chain wants."""


@dataclass(frozen=True)
class Need:
    """What a production order takes of an item, in its unit, and what of that is missing.

    `purchase_order` is the draft that asks a vendor for it, where there is one.
    """

    item: Item
    required: Decimal
    on_hand: Decimal
    missing: Decimal
    purchase_order: PurchaseOrder | None


@dataclass(frozen=True)
class FullDemandChain:
    """Each link from the customer to the vendors; `printer` is idle."""

    admin: Credentials
    customer: Customer
    product: Product
    sales_order: SalesOrder
    line: SalesOrderLine
    quantity: int
    production_order: ProductionOrder
    filament: Need
    inserts: Need
    boxes: Need
    purchase_orders: list[PurchaseOrder]
    printer: Printer


@scenario("full-demand-chain", aliases=["production-with-shortage", "full-production-context"])
def full_demand_chain(db: Session) -> FullDemandChain:
    """An order for 50 planters, its production order, what that lacks, and drafts to buy just that.

    Each planter takes 0.25 kg of filament, 4 inserts and a box: of 10 kg, 150 and 100 in stock,
    2.5 kg and 50 inserts are missing. They are drafted, not placed: a vendor who has not been
    asked supplies nothing, so FilaOps shows the shortage and the purchase order that would end it.
    """
    start = basic(db)
    planter, materials = start.products.planter, start.materials
    customer = CustomerFactory.create(name="Hotel Aurora", email="purchasing@aurora.example")
    order = sell(db, customer, (planter, UNITS))
    drafts = purchase_suggestions.draft_orders(db)
    number_on(db)
    needs = _needs(db, order.production_orders[0])
    return FullDemandChain(
        admin=start.admin,
        customer=customer,
        product=planter,
        sales_order=order,
        line=order.lines[0],
        quantity=UNITS,
        production_order=order.production_orders[0],
        filament=needs[materials.pla.id],
        inserts=needs[materials.insert.id],
        boxes=needs[materials.box.id],
        purchase_orders=drafts,
        printer=PrinterFactory.create(),
    )


@dataclass(frozen=True)
class OrderLine:
    """A line, the production order that it waits for, and what FilaOps says of it."""

    line: SalesOrderLine
    product: Product
    production_order: ProductionOrder | None
    readiness: LineReadiness


@dataclass(frozen=True)
class SalesOrderWithBlockingIssues:
    """One order, its three lines, the printer that works for it, and what is missing."""

    admin: Credentials
    customer: Customer
    sales_order: SalesOrder
    ready: OrderLine
    half_made: OrderLine
    short: OrderLine
    printer: Printer
    missing: Need


@scenario("so-with-blocking-issues")
def so_with_blocking_issues(db: Session) -> SalesOrderWithBlockingIssues:
    """A sales order with one line ready, one half made, and one short of material.

    Ten vases are reserved; ten planters of twenty are made and the others on a printer; the
    lamps take 24 LED kits, of which 16 are in stock.
    """
    start = basic(db)
    products = start.products
    customer = CustomerFactory.create(name="Café Lumen", email="orders@lumen.example")
    printer = PrinterFactory.create()
    order = sell(db, customer, (products.vase, 10), (products.planter, 20), (products.lamp, 24))
    print_pieces(db, order.production_orders[0], printer, good=10)
    number_on(db)
    ready, half_made, short = _lines(db, order)
    return SalesOrderWithBlockingIssues(
        admin=start.admin,
        customer=customer,
        sales_order=order,
        ready=ready,
        half_made=half_made,
        short=short,
        printer=printer,
        missing=_needs(db, order.production_orders[1])[start.materials.led.id],
    )


def _lines(db: Session, order: SalesOrder) -> list[OrderLine]:
    db.expire_all()  # as in `_needs`
    made_for = {made.sales_order_line: made for made in order.production_orders}
    return [
        OrderLine(line, line.product, made_for.get(line.line_number), readiness)
        for line, readiness in zip(order.lines, blockers(db, order.id), strict=True)
    ]


def _needs(db: Session, order: ProductionOrder) -> dict[int, Need]:
    """What a production order for a sales order still takes of each item, by the item's id."""
    assert order.sales_order_id is not None
    db.expire_all()  # what the database holds has four digits, as the API answers
    lines = chain(db, order.sales_order_id).lines
    (made,) = (made for line in lines for made in line.production_orders if made.id == order.id)
    return {component.item_id: _need(db, component) for component in made.components}


def _need(db: Session, component: ChainComponent) -> Need:
    asked = next((draft.document_id for draft in component.drafts), None)
    return Need(
        item=db.get_one(Item, component.item_id),
        required=component.required,
        on_hand=component.on_hand,
        missing=component.missing,
        purchase_order=db.get(PurchaseOrder, asked) if asked is not None else None,
    )
