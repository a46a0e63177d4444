"""Movements of stock, and what of it is promised."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory

from app.models import InventoryTransaction, Reservation, TransactionType
from factoryfloor import ModelFactory

from .catalog import ItemFactory
from .material import still_taken


class InventoryTransactionFactory(ModelFactory[InventoryTransaction]):
    """A hundred units of an item, received."""

    class Params:
        shipment_line = None
        received = factory.Trait(transaction_type=TransactionType.RECEIVE)
        issued = factory.Trait(
            transaction_type=TransactionType.ISSUE, quantity=Decimal(-10), item__with_stock=True
        )
        adjusted = factory.Trait(transaction_type=TransactionType.ADJUST, quantity=Decimal(1))
        scrapped = factory.Trait(
            transaction_type=TransactionType.SCRAP, quantity=Decimal(-1), item__with_stock=True
        )
        returned = factory.Trait(transaction_type=TransactionType.RETURN, quantity=Decimal(1))
        shipped = factory.Trait(
            shipment_line=factory.SubFactory(
                "tests.factories.shipping.ShipmentLineFactory", movements=0
            ),
            item=factory.SelfAttribute("shipment_line.sales_order_line.product.item"),
            transaction_type=TransactionType.SHIP,
            quantity=factory.LazyAttribute(lambda t: -Decimal(t.shipment_line.quantity)),
            reference=factory.SelfAttribute("shipment_line.shipment.sales_order.code"),
            notes=None,
        )

    item = factory.SubFactory(ItemFactory)
    transaction_type = TransactionType.RECEIVE
    quantity = Decimal(100)
    reference = factory.LazyAttribute(lambda t: f"TEST-{t.transaction_type.upper()}")
    notes = "Test inventory setup"


def _needs(reservation: Any) -> dict[Any, Decimal]:
    """What the one that stock is promised to still takes of each item."""
    line, order = reservation.sales_order_line, reservation.production_order
    if line is not None:
        return {line.product.item: Decimal(line.quantity_open)}
    return {} if order is None else still_taken(order)


class ReservationFactory(ModelFactory[Reservation]):
    """All that a line of a sales order waits for, in stock and promised to it."""

    class Params:
        for_production = factory.Trait(
            production_order=factory.SubFactory(
                "tests.factories.production.ProductionOrderFactory",
                released=True,
                bill=1,
                reservations=0,
            ),
        )

    production_order = None
    sales_order_line = factory.Maybe(
        "production_order",
        yes_declaration=None,
        no_declaration=factory.SubFactory(
            "tests.factories.sales.SalesOrderLineFactory", reserved=True, reservations=0
        ),
    )
    item = factory.LazyAttribute(lambda promise: next(iter(_needs(promise)), None))
    quantity = factory.LazyAttribute(lambda promise: _needs(promise).get(promise.item))
