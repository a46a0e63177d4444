"""Printers and production orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from app.models import (
    Printer,
    PrinterStatus,
    ProductionOrder,
    ProductionOrderStatus,
    SalesOrderStatus,
)
from factoryfloor import Children, ModelFactory

from .catalog import ProductFactory
from .defaults import dated_code, days_from_today, stock_item
from .material import booked, handed_over, received, reserved, returned
from .sales import SalesOrderFactory


class PrinterFactory(ModelFactory[Printer]):
    """A printer that waits for work."""

    class Params:
        idle = factory.Trait(status=PrinterStatus.IDLE)
        printing = factory.Trait(
            status=PrinterStatus.PRINTING, production_orders=[{"in_progress": True}]
        )
        in_maintenance = factory.Trait(status=PrinterStatus.MAINTENANCE)
        offline = factory.Trait(status=PrinterStatus.OFFLINE)

    name = factory.Sequence(lambda n: f"Printer-{n:02d}")
    model = "P1S"
    status = PrinterStatus.IDLE

    production_orders = Children("tests.factories.production.ProductionOrderFactory", "printer")


class OrderedProduct(factory.SubFactory):
    """The product of the sales order's line, where it is known; else one that is made."""

    def evaluate(self, instance: Any, step: Any, extra: dict[str, Any]) -> Any:
        """The product of a production order, unless the caller describes one."""
        described = any(name.startswith("product__") for name in step.builder.extras)
        lines = () if described else getattr(instance.sales_order, "lines", ())
        for line in lines:
            if line.line_number == instance.sales_order_line:
                return line.product
        # factory_boy leaves this method without annotations
        return super().evaluate(instance, step, extra)  # type: ignore[no-untyped-call]


def _hours_ago(hours: int) -> Any:
    return factory.LazyFunction(lambda: datetime.now(UTC) - timedelta(hours=hours))


def _bill_in_force(order: Any) -> int | None:
    """The revision that fixes what an order takes, once it is released."""
    return None if order.status == ProductionOrderStatus.DRAFT else order.product.bom_revision


def _lines_of_a_bill(order: Any) -> int:
    """Two for a product that nobody knows how to make yet."""
    return 0 if order.product.bill else 2


def _new_stock_items(order: Any) -> int:
    """One for a product that was not kept in stock until its first piece was reported."""
    reported = order.quantity_completed + order.quantity_scrapped
    return 1 if reported and order.product.item is None else 0


def _status_for(made: Any) -> SalesOrderStatus:
    """How far a sales order has come, all of whose pieces are to come from one order."""
    if made.quantity_completed >= made.quantity_ordered:
        return SalesOrderStatus.READY
    is_off = made.status == ProductionOrderStatus.CANCELLED
    begun = made.started_at is not None and not is_off
    return SalesOrderStatus.IN_PRODUCTION if begun else SalesOrderStatus.CONFIRMED


_with_material = {
    "bom_revision": factory.LazyAttribute(_bill_in_force),
    "bill": factory.LazyAttribute(_lines_of_a_bill),
    "stock_items": factory.LazyAttribute(_new_stock_items),
    "material": factory.LazyAttribute(received),
    "movements": factory.LazyAttribute(booked),
    "reservations": factory.LazyAttribute(reserved),
    "handed_over": factory.LazyAttribute(handed_over),
}
_at_work = {
    "status": ProductionOrderStatus.IN_PROGRESS,
    "printer": factory.SubFactory(PrinterFactory, status=PrinterStatus.PRINTING),
    "started_at": _hours_ago(8),
    **_with_material,
}


class ProductionOrderFactory(ModelFactory[ProductionOrder]):
    """A draft for ten pieces, for nobody in particular and on no printer."""

    class Params:
        made_to_order = factory.Trait(
            sales_order=factory.SubFactory(
                SalesOrderFactory,
                status=factory.LazyAttribute(lambda sold: _status_for(sold.factory_parent)),
                lines=[{"quantity": factory.SelfAttribute("...quantity_ordered")}],
                lines__stocked=True,
            ),
            sales_order_line=1,
        )
        made_to_stock = factory.Trait(product__stocked=True)
        overdue = factory.Trait(
            status=ProductionOrderStatus.RELEASED, due_date=days_from_today(-3), **_with_material
        )
        scrapped = factory.Trait(
            quantity_scrapped=factory.LazyAttribute(lambda o: max(1, o.quantity_ordered // 5)),
            **_at_work,
        )
        half_completed = factory.Trait(
            quantity_completed=factory.LazyAttribute(lambda o: o.quantity_ordered // 2),
            **_at_work,
        )
        with_returns = factory.Trait(
            quantity_completed=factory.LazyAttribute(lambda o: o.quantity_ordered // 2),
            returns=factory.LazyAttribute(returned),
            **_at_work,
        )
        draft = factory.Trait(status=ProductionOrderStatus.DRAFT)
        released = factory.Trait(status=ProductionOrderStatus.RELEASED, **_with_material)
        in_progress = factory.Trait(**_at_work)
        stopped = factory.Trait(
            status=ProductionOrderStatus.RELEASED,
            printer=None,
            started_at=_hours_ago(8),
            **_with_material,
        )
        completed = factory.Trait(
            status=ProductionOrderStatus.COMPLETED,
            quantity_completed=factory.LazyAttribute(
                lambda o: o.quantity_ordered - o.quantity_scrapped
            ),
            printer=factory.SubFactory(PrinterFactory),
            started_at=_hours_ago(8),
            completed_at=factory.LazyAttribute(lambda o: o.started_at + timedelta(hours=6)),
            **_with_material,
        )
        cancelled = factory.Trait(status=ProductionOrderStatus.CANCELLED, printer=None)
        called_off = factory.Trait(
            status=ProductionOrderStatus.CANCELLED, printer=None, **_with_material
        )

    code = dated_code("PO")
    sales_order = None
    sales_order_line = None
    # factory_boy leaves the constructor without annotations
    product = OrderedProduct(ProductFactory)  # type: ignore[no-untyped-call]
    printer = None
    quantity_ordered = 10
    quantity_completed = 0
    quantity_scrapped = 0
    status = ProductionOrderStatus.DRAFT
    bom_revision = None
    due_date = factory.LazyAttribute(lambda o: getattr(o.sales_order, "ship_date", None))
    started_at = None
    completed_at = None

    bill = Children(
        "tests.factories.catalog.BOMLineFactory", product=factory.SelfAttribute("..product")
    )
    stock_items = Children(
        "tests.factories.catalog.ItemFactory",
        product=factory.SelfAttribute("..product"),
        **stock_item("..product."),
    )
    material = Children("tests.factories.inventory.InventoryTransactionFactory")
    movements = Children(
        "tests.factories.inventory.InventoryTransactionFactory",
        reference=factory.SelfAttribute("..code"),
        notes=None,
    )
    returns = Children(
        "tests.factories.inventory.InventoryTransactionFactory",
        returned=True,
        reference=factory.SelfAttribute("..code"),
        notes=None,
    )
    reservations = Children("tests.factories.inventory.ReservationFactory", "production_order")
    handed_over = Children("tests.factories.inventory.ReservationFactory")
