"""Sales orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory

from app.models import (
    SalesOrder,
    SalesOrderLine,
    SalesOrderStatus,
)
from app.services.sales_status import UNDER_WAY
from factoryfloor import Children, ModelFactory

from .catalog import ProductFactory
from .defaults import (
    amount,
    dated_code,
    days_after,
    days_from_today,
    fulfilled,
    half_of_the_first,
    next_line_number,
    stock_item,
)
from .material import to_make
from .people import CustomerFactory
from .quotes import QuoteFactory

WHOLLY_SHIPPED = {SalesOrderStatus.SHIPPED, SalesOrderStatus.CLOSED}
OVER = {SalesOrderStatus.CLOSED, SalesOrderStatus.CANCELLED}


def _as_quoted(order: Any) -> Any:
    """The lines of the order's quote; two where nothing was quoted."""
    if order.quote is None:
        return 2
    copied = ("line_number", "product", "quantity", "unit_price")
    return [{name: getattr(line, name) for name in copied} for line in order.quote.lines]


_lines = factory.LazyAttribute(_as_quoted)


class SalesOrderFactory(ModelFactory[SalesOrder]):
    """A pending order, due in a week, without lines."""

    class Params:
        with_lines = factory.Trait(lines=_lines)
        quoted = factory.Trait(
            quote=factory.SubFactory(
                QuoteFactory,
                accepted=True,
                customer=factory.SelfAttribute("..customer"),
                quote_date=factory.SelfAttribute("..order_date"),
            ),
            lines=_lines,
        )
        overdue = factory.Trait(
            status=SalesOrderStatus.CONFIRMED,
            order_date=days_from_today(-10),
            lines=_lines,
            lines__planned=True,
        )
        pending = factory.Trait(status=SalesOrderStatus.PENDING)
        confirmed = factory.Trait(
            status=SalesOrderStatus.CONFIRMED, lines=_lines, lines__planned=True
        )
        in_production = factory.Trait(
            status=SalesOrderStatus.IN_PRODUCTION, lines=_lines, lines__being_made=True
        )
        ready = factory.Trait(status=SalesOrderStatus.READY, lines=_lines, lines__reserved=True)
        partly_shipped = factory.Trait(
            status=SalesOrderStatus.PARTLY_SHIPPED, lines=_lines, lines__reserved=True, shipments=1
        )
        shipped = factory.Trait(
            status=SalesOrderStatus.SHIPPED, lines=_lines, lines__reserved=True, shipments=1
        )
        closed = factory.Trait(
            status=SalesOrderStatus.CLOSED, lines=_lines, lines__reserved=True, shipments=1
        )
        closed_short = factory.Trait(
            status=SalesOrderStatus.CLOSED,
            lines=_lines,
            lines__reserved=True,
            lines__quantity_shipped=factory.LazyAttribute(half_of_the_first),
            shipments=1,
        )
        cancelled = factory.Trait(status=SalesOrderStatus.CANCELLED)
        called_off = factory.Trait(
            status=SalesOrderStatus.CANCELLED, lines=_lines, lines__planned=True
        )

    code = dated_code("SO", "order_date")
    customer = factory.SubFactory(CustomerFactory)
    quote = None
    status = SalesOrderStatus.PENDING
    order_date = days_from_today(0)
    ship_date = days_after("order_date", 7)

    lines = Children("tests.factories.sales.SalesOrderLineFactory", "sales_order")
    shipments = Children("tests.factories.shipping.ShipmentFactory", "sales_order")


def _without_stock_item(line: Any) -> int:
    return 1 if line.product.item is None else 0


def _for_the_line(line: Any) -> list[dict[str, Any]]:
    """Drafts of production orders once the sales order is confirmed, cancelled with it."""
    status = line.sales_order.status
    if status == SalesOrderStatus.PENDING:
        return []
    return [
        {"product": made, "quantity_ordered": pieces, "cancelled": status in OVER}
        for made, pieces in to_make(line.product, line.quantity).items()
    ]


def _still_promised(line: Any) -> int:
    waits = line.sales_order.status in UNDER_WAY and line.quantity > line.quantity_shipped
    return 1 if waits else 0


_stocked = {"stock_items": factory.LazyAttribute(_without_stock_item)}


class SalesOrderLineFactory(ModelFactory[SalesOrderLine]):
    """One piece of a product at its list price, shipped if its order is."""

    class Params:
        stocked = factory.Trait(**_stocked)
        planned = factory.Trait(
            sales_order__status=SalesOrderStatus.CONFIRMED,
            production_orders=factory.LazyAttribute(_for_the_line),
            **_stocked,
        )
        reserved = factory.Trait(
            sales_order__status=SalesOrderStatus.READY,
            production_orders=0,
            stock=[
                {"quantity": factory.LazyAttribute(lambda t: Decimal(t.factory_parent.quantity))}
            ],
            reservations=factory.LazyAttribute(_still_promised),
            **_stocked,
        )
        being_made = factory.Trait(
            sales_order__status=SalesOrderStatus.IN_PRODUCTION,
            production_orders=[{"in_progress": True}],
            **_stocked,
        )
        made = factory.Trait(
            sales_order__status=SalesOrderStatus.READY,
            production_orders=[{"completed": True}],
            stock=0,
            reservations=0,
            **_stocked,
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

    stock_items = Children(
        "tests.factories.catalog.ItemFactory",
        product=factory.SelfAttribute("..product"),
        **stock_item("..product."),
    )
    stock = Children(
        "tests.factories.inventory.InventoryTransactionFactory",
        item=factory.SelfAttribute("..product.item"),
        quantity=factory.LazyAttribute(lambda move: Decimal(move.factory_parent.quantity)),
    )
    production_orders = Children(
        "tests.factories.production.ProductionOrderFactory",
        sales_order=factory.SelfAttribute("..sales_order"),
        sales_order_line=factory.SelfAttribute("..line_number"),
        product=factory.SelfAttribute("..product"),
        quantity_ordered=factory.SelfAttribute("..quantity"),
    )
    reservations = Children("tests.factories.inventory.ReservationFactory", "sales_order_line")
