"""Printers and production orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from app.models import Printer, PrinterStatus, ProductionOrder, ProductionOrderStatus
from factoryfloor import Children, ModelFactory

from .catalog import ProductFactory
from .defaults import dated_code, days_from_today
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


_at_work = {
    "status": ProductionOrderStatus.IN_PROGRESS,
    "printer": factory.SubFactory(PrinterFactory, status=PrinterStatus.PRINTING),
    "started_at": _hours_ago(8),
}


class ProductionOrderFactory(ModelFactory[ProductionOrder]):
    """A draft for ten pieces, for nobody in particular and on no printer."""

    class Params:
        made_to_order = factory.Trait(
            sales_order=factory.SubFactory(
                SalesOrderFactory,
                confirmed=True,
                lines=[{"quantity": factory.SelfAttribute("...quantity_ordered")}],
            ),
            sales_order_line=1,
        )
        made_to_stock = factory.Trait(product__stocked=True)
        overdue = factory.Trait(status=ProductionOrderStatus.RELEASED, due_date=days_from_today(-3))
        scrapped = factory.Trait(
            quantity_scrapped=factory.LazyAttribute(lambda o: max(1, o.quantity_ordered // 5)),
            **_at_work,
        )
        half_completed = factory.Trait(
            quantity_completed=factory.LazyAttribute(lambda o: o.quantity_ordered // 2),
            **_at_work,
        )
        draft = factory.Trait(status=ProductionOrderStatus.DRAFT)
        released = factory.Trait(status=ProductionOrderStatus.RELEASED)
        in_progress = factory.Trait(**_at_work)
        completed = factory.Trait(
            status=ProductionOrderStatus.COMPLETED,
            quantity_completed=factory.LazyAttribute(
                lambda o: o.quantity_ordered - o.quantity_scrapped
            ),
            printer=factory.SubFactory(PrinterFactory),
            started_at=_hours_ago(8),
            completed_at=factory.LazyAttribute(lambda o: o.started_at + timedelta(hours=6)),
        )
        cancelled = factory.Trait(status=ProductionOrderStatus.CANCELLED, printer=None)

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
    due_date = factory.LazyAttribute(lambda o: getattr(o.sales_order, "ship_date", None))
    started_at = None
    completed_at = None
