"""Shipments and what is in them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import factory

from app.models import Shipment, ShipmentLine, TransactionType
from factoryfloor import Children, ModelFactory

from .defaults import days_from_today
from .sales import SalesOrderFactory


def _not_in_a_parcel(order: Any) -> dict[Any, int]:
    """How many pieces of each line have been shipped and are in no shipment that is known."""
    parcels = order.shipments if order is not None else ()
    packed = Counter[Any]()
    for parcel in parcels:
        for part in parcel.lines:
            packed[part.sales_order_line] += part.quantity
    lines = order.lines if order is not None else ()
    rest = {line: line.quantity_shipped - packed[line] for line in lines}
    return {line: pieces for line, pieces in rest.items() if pieces > 0}


def _contents(shipment: Any) -> list[dict[str, Any]]:
    shipped = _not_in_a_parcel(shipment.sales_order)
    return [{"sales_order_line": line, "quantity": pieces} for line, pieces in shipped.items()]


class ShipmentFactory(ModelFactory[Shipment]):
    """All that was shipped of an order and is in no other parcel, on its way since today."""

    class Params:
        untracked = factory.Trait(tracking_number=None)

    sales_order = factory.SubFactory(SalesOrderFactory, shipped=True, shipments=0)
    shipped_on = days_from_today(0)
    carrier = "Test Carrier"
    tracking_number = factory.Sequence(lambda n: f"TRACK-{n:04d}")

    lines = Children(
        "tests.factories.shipping.ShipmentLineFactory",
        "shipment",
        size=factory.LazyAttribute(_contents),
    )


def _movements(part: Any) -> int:
    """One for what is kept in stock."""
    line = part.sales_order_line
    return 0 if line is None or line.product.item is None else 1


class ShipmentLineFactory(ModelFactory[ShipmentLine]):
    """The line of an order whose only line was shipped, with the movement that took its pieces."""

    shipment = factory.SubFactory(ShipmentFactory, sales_order__lines=1, lines=0)
    sales_order_line = factory.LazyAttribute(
        lambda part: next(iter(_not_in_a_parcel(part.shipment.sales_order)), None)
    )
    quantity = factory.LazyAttribute(
        lambda part: _not_in_a_parcel(part.shipment.sales_order).get(part.sales_order_line)
    )

    movements = Children(
        "tests.factories.inventory.InventoryTransactionFactory",
        size=factory.LazyAttribute(_movements),
        transaction_type=TransactionType.SHIP,
        item=factory.SelfAttribute("..sales_order_line.product.item"),
        quantity=factory.LazyAttribute(lambda move: -Decimal(move.factory_parent.quantity)),
        reference=factory.SelfAttribute("..shipment.sales_order.code"),
        notes=None,
    )
