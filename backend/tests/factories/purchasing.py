"""Purchase orders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory

from app.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from factoryfloor import Children, ModelFactory

from .catalog import ItemFactory
from .defaults import (
    dated_code,
    days_from_today,
    fulfilled,
    half_of_the_first,
    next_line_number,
)
from .people import VendorFactory


def _lead_time(order: Any) -> timedelta:
    return timedelta(days=getattr(order.vendor, "lead_time_days", 0))


class PurchaseOrderFactory(ModelFactory[PurchaseOrder]):
    """A draft of today, expected after the vendor's lead time, without lines."""

    class Params:
        with_lines = factory.Trait(lines=2)
        overdue = factory.Trait(
            status=PurchaseOrderStatus.ORDERED,
            order_date=factory.LazyAttribute(
                lambda o: date.today() - _lead_time(o) - timedelta(days=5)
            ),
            lines=2,
        )
        draft = factory.Trait(status=PurchaseOrderStatus.DRAFT)
        ordered = factory.Trait(status=PurchaseOrderStatus.ORDERED, lines=2)
        partly_received = factory.Trait(
            status=PurchaseOrderStatus.PARTLY_RECEIVED, lines=2, lines__booked=True
        )
        received = factory.Trait(status=PurchaseOrderStatus.RECEIVED, lines=2, lines__booked=True)
        cancelled = factory.Trait(status=PurchaseOrderStatus.CANCELLED)
        cut_short = factory.Trait(
            status=PurchaseOrderStatus.CANCELLED,
            lines=2,
            lines__booked=True,
            lines__quantity_received=factory.LazyAttribute(half_of_the_first),
        )

    code = dated_code("PUR", "order_date")
    vendor = factory.SubFactory(VendorFactory)
    status = PurchaseOrderStatus.DRAFT
    order_date = days_from_today(0)
    expected_date = factory.LazyAttribute(lambda o: o.order_date + _lead_time(o))

    lines = Children("tests.factories.purchasing.PurchaseOrderLineFactory", "purchase_order")


class PurchaseOrderLineFactory(ModelFactory[PurchaseOrderLine]):
    """One unit of an item at its usual cost, received if its order is."""

    class Params:
        booked = factory.Trait(
            purchase_order__status=PurchaseOrderStatus.RECEIVED,
            movements=factory.LazyAttribute(lambda line: 1 if line.quantity_received else 0),
        )

    purchase_order = factory.SubFactory(PurchaseOrderFactory)
    line_number = next_line_number("purchase_order")
    item = factory.SubFactory(ItemFactory)
    quantity = Decimal(1)
    quantity_received = factory.LazyAttribute(
        lambda line: fulfilled(
            line,
            line.purchase_order,
            {PurchaseOrderStatus.RECEIVED},
            PurchaseOrderStatus.PARTLY_RECEIVED,
        )
    )
    unit_cost = factory.SelfAttribute("item.unit_cost", default=0)

    movements = Children(
        "tests.factories.inventory.InventoryTransactionFactory",
        item=factory.SelfAttribute("..item"),
        quantity=factory.SelfAttribute("..quantity_received"),
        reference=factory.SelfAttribute("..purchase_order.code"),
        notes=None,
    )
