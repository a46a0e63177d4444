"""The steps that several scenarios take, each by FilaOps' own services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.models import ProductionOrder, PurchaseOrder, Quote, SalesOrder
from app.services import production, purchasing, sales_orders
from app.services.numbering import PREFIXES, next_code
from app.services.pricing import NewLine
from app.services.purchasing import NewPurchaseLine
from tests.factories import (
    ProductionOrderFactory,
    PurchaseOrderFactory,
    QuoteFactory,
    SalesOrderFactory,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from app.models import Customer, Item, Printer, Product
    from factoryfloor import ModelFactory

FACTORIES: dict[type[object], type[ModelFactory[Any]]] = {
    Quote: QuoteFactory,
    SalesOrder: SalesOrderFactory,
    ProductionOrder: ProductionOrderFactory,
    PurchaseOrder: PurchaseOrderFactory,
}
"""The factory of each kind of document that has a number."""


def sell(db: Session, customer: Customer, *lines: tuple[Product, int]) -> SalesOrder:
    """The confirmed order of a customer for so many pieces of each product, due in a week."""
    asked = [NewLine(product.id, pieces) for product, pieces in lines]
    return sales_orders.confirm(db, sales_orders.create(db, customer.id, asked).id)


def buy(db: Session, item: Item, quantity: Decimal) -> PurchaseOrder:
    """So much of an item, ordered from the vendor that it has and received today."""
    assert item.preferred_vendor_id is not None  # what is bought in scenarios has one
    line = NewPurchaseLine(item.id, quantity)
    order = purchasing.create(db, item.preferred_vendor_id, [line])
    purchasing.place(db, order.id)
    return purchasing.receive(db, order.id, {1: quantity})


def print_pieces(
    db: Session, made: ProductionOrder, printer: Printer, good: int, scrapped: int = 0
) -> ProductionOrder:
    """The draft, released and on an idle printer, with so many pieces off it."""
    production.release(db, made.id)
    production.start(db, made.id, printer.id)
    return production.report(db, made.id, good, scrapped)


def number_on(db: Session) -> None:
    """Let the factories of documents number on behind those that services numbered."""
    for model in PREFIXES:
        _, _, number = next_code(db, model).rpartition("-")
        # factory_boy leaves this method without annotations
        FACTORIES[model].reset_sequence(int(number))  # type: ignore[no-untyped-call]
