"""Quotes, sales orders and shipments."""

from __future__ import annotations

from typing import Any

import factory

from app.models import (
    Quote,
    QuoteLine,
    QuoteStatus,
    SalesOrder,
    SalesOrderLine,
    SalesOrderStatus,
    Shipment,
)
from factoryfloor import Children, ModelFactory

from .catalog import ProductFactory
from .defaults import (
    amount,
    dated_code,
    days_after,
    days_from_today,
    fulfilled,
    next_line_number,
)
from .people import CustomerFactory

WHOLLY_SHIPPED = {SalesOrderStatus.SHIPPED, SalesOrderStatus.CLOSED}


class QuoteFactory(ModelFactory[Quote]):
    """A draft that will be good for thirty days, without lines."""

    class Params:
        with_lines = factory.Trait(lines=2)
        draft = factory.Trait(status=QuoteStatus.DRAFT)
        sent = factory.Trait(status=QuoteStatus.SENT, lines=2)
        accepted = factory.Trait(status=QuoteStatus.ACCEPTED, lines=2)
        declined = factory.Trait(status=QuoteStatus.DECLINED, lines=2)
        expired = factory.Trait(
            status=QuoteStatus.EXPIRED, quote_date=days_from_today(-45), lines=2
        )

    code = dated_code("QUO", "quote_date")
    customer = factory.SubFactory(CustomerFactory)
    status = QuoteStatus.DRAFT
    quote_date = days_from_today(0)
    valid_until = days_after("quote_date", 30)

    lines = Children("tests.factories.sales.QuoteLineFactory", "quote")


class QuoteLineFactory(ModelFactory[QuoteLine]):
    """One piece of a product at its list price."""

    quote = factory.SubFactory(QuoteFactory)
    line_number = next_line_number("quote")
    product = factory.SubFactory(ProductFactory)
    quantity = 1
    unit_price = factory.SelfAttribute("product.unit_price", default=0)


class SalesOrderFactory(ModelFactory[SalesOrder]):
    """A pending order, due in a week, without lines."""

    class Params:
        with_lines = factory.Trait(lines=2)
        quoted = factory.Trait(
            quote=factory.SubFactory(
                QuoteFactory,
                accepted=True,
                customer=factory.SelfAttribute("..customer"),
                quote_date=factory.SelfAttribute("..order_date"),
            )
        )
        overdue = factory.Trait(
            status=SalesOrderStatus.CONFIRMED, order_date=days_from_today(-10), lines=2
        )
        pending = factory.Trait(status=SalesOrderStatus.PENDING)
        confirmed = factory.Trait(status=SalesOrderStatus.CONFIRMED, lines=2)
        in_production = factory.Trait(
            status=SalesOrderStatus.IN_PRODUCTION, lines=2, lines__being_made=True
        )
        ready = factory.Trait(status=SalesOrderStatus.READY, lines=2, lines__made=True)
        partly_shipped = factory.Trait(status=SalesOrderStatus.PARTLY_SHIPPED, lines=2, shipments=1)
        shipped = factory.Trait(status=SalesOrderStatus.SHIPPED, lines=2, shipments=1)
        closed = factory.Trait(status=SalesOrderStatus.CLOSED, lines=2, shipments=1)
        cancelled = factory.Trait(status=SalesOrderStatus.CANCELLED)

    code = dated_code("SO", "order_date")
    customer = factory.SubFactory(CustomerFactory)
    quote = None
    status = SalesOrderStatus.PENDING
    order_date = days_from_today(0)
    ship_date = days_after("order_date", 7)

    lines = Children("tests.factories.sales.SalesOrderLineFactory", "sales_order")
    shipments = Children("tests.factories.sales.ShipmentFactory", "sales_order")


def _production_order(**traits: bool) -> Any:
    return factory.RelatedFactory(
        "tests.factories.production.ProductionOrderFactory",
        sales_order=factory.SelfAttribute("..sales_order"),
        sales_order_line=factory.SelfAttribute("..line_number"),
        product=factory.SelfAttribute("..product"),
        quantity_ordered=factory.SelfAttribute("..quantity"),
        **traits,
    )


class SalesOrderLineFactory(ModelFactory[SalesOrderLine]):
    """One piece of a product at its list price, shipped if its order is."""

    class Params:
        being_made = factory.Trait(
            sales_order__status=SalesOrderStatus.IN_PRODUCTION,
            production_order=_production_order(in_progress=True),
        )
        made = factory.Trait(
            sales_order__status=SalesOrderStatus.READY,
            production_order=_production_order(completed=True),
        )

    sales_order = factory.SubFactory(SalesOrderFactory)
    line_number = next_line_number("sales_order")
    product = factory.SubFactory(ProductFactory)
    quantity = 1
    quantity_shipped = factory.LazyAttribute(
        lambda line: fulfilled(
            line, line.sales_order, WHOLLY_SHIPPED, SalesOrderStatus.PARTLY_SHIPPED
        )
    )
    unit_price = factory.SelfAttribute("product.unit_price", default=0)
    total_price = factory.LazyAttribute(lambda line: amount(line.unit_price, line.quantity))


class ShipmentFactory(ModelFactory[Shipment]):
    """All of an order, on its way since today."""

    class Params:
        untracked = factory.Trait(tracking_number=None)

    sales_order = factory.SubFactory(SalesOrderFactory, shipped=True, shipments=0)
    shipped_on = days_from_today(0)
    carrier = "Test Carrier"
    tracking_number = factory.Sequence(lambda n: f"TRACK-{n:04d}")
