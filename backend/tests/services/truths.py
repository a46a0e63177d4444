"""What holds for every row of a model, whichever factory and traits made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app import models as m
from app.database import Base
from app.services.bills_of_materials import requirements
from app.services.inventory import on_hand

Truth: TypeAlias = Callable[[Any], bool]

WITHOUT_LINES = ("draft", "pending", "cancelled")
SIGNS = {"receive": 1, "return": 1, "adjust": 1, "issue": -1, "scrap": -1, "ship": -1}


def broken_truths(db: Session) -> Iterator[str]:
    """Each truth that a row in the database breaks, as `SalesOrder 7: dates in order`."""
    for mapper in Base.registry.mappers:
        for row in db.scalars(select(mapper.class_)):
            for claim, truth in TRUTHS[mapper.class_].items():
                if not truth(row):
                    yield f"{mapper.class_.__name__} {row.id}: {claim}"


def in_session(row: Any) -> Session:
    session = object_session(row)
    assert session is not None
    return session


def bill_ends_in_what_is_bought(product: m.Product) -> bool:
    needed = requirements(in_session(product), product, Decimal(1))
    return bool(needed) == bool(product.bom_lines)


def numbered_from_one(document: Any) -> bool:
    return [line.line_number for line in document.lines] == [
        number + 1 for number in range(len(document.lines))
    ]


def shipped_as_it_says(order: m.SalesOrder) -> bool:
    ordered = sum(line.quantity for line in order.lines)
    shipped = sum(line.quantity_shipped for line in order.lines)
    if order.status in ("shipped", "closed"):
        return shipped == ordered
    return 0 < shipped < ordered if order.status == "partly_shipped" else shipped == 0


def received_as_it_says(order: m.PurchaseOrder) -> bool:
    ordered = sum(line.quantity for line in order.lines)
    received = sum(line.quantity_received for line in order.lines)
    if order.status == "received":
        return received == ordered
    return 0 < received < ordered if order.status == "partly_received" else received == 0


def production_as_it_says(order: m.SalesOrder) -> bool:
    wanted = {"in_production": {"in_progress"}, "ready": {"completed"}}.get(order.status)
    return wanted is None or {made.status for made in order.production_orders} == wanted


def made_as_it_says(order: m.ProductionOrder) -> bool:
    made = order.quantity_completed + order.quantity_scrapped
    if order.status == "completed":
        return made == order.quantity_ordered and order.completed_at is not None
    may_have_begun = order.status in ("in_progress", "cancelled") and order.started_at is not None
    return order.completed_at is None and (may_have_begun or made == 0)


def for_a_line_of_its_sales_order(order: m.ProductionOrder) -> bool:
    lines = order.sales_order.lines if order.sales_order else []
    mine = [line for line in lines if line.line_number == order.sales_order_line]
    return [line.product for line in mine] == ([order.product] if order.sales_order else [])


def on_one_printer_that_prints(order: m.ProductionOrder) -> bool:
    at_work = order.printer is not None and order.printer.status == "printing"
    return at_work == (order.status == "in_progress")


TRUTHS: dict[type[Any], dict[str, Truth]] = {
    m.User: {"has an address": lambda user: "@" in user.email},
    m.Customer: {"has an address": lambda customer: "@" in customer.email},
    m.Vendor: {"delivers after it is asked": lambda vendor: vendor.lead_time_days >= 0},
    m.Item: {
        "stock is never negative": lambda i: on_hand(in_session(i), [i.id])[i.id] >= 0,
        "what is weighed is a raw material": lambda item: (
            item.unit != "g" or item.item_type == "raw_material"
        ),
        "what is made here is a finished good": lambda item: (
            item.product is None or item.item_type == "finished_good"
        ),
    },
    m.Product: {
        "bill of materials ends in what is bought": bill_ends_in_what_is_bought,
    },
    m.BOMLine: {"takes something": lambda line: line.quantity_per > 0},
    m.Quote: {
        "dates in order": lambda quote: quote.quote_date <= quote.valid_until,
        "expired when its time is over": lambda quote: (
            (quote.valid_until < date.today()) == (quote.status == "expired")
        ),
        "code has its year": lambda quote: f"-{quote.quote_date.year}-" in quote.code,
        "has lines once it is sent": lambda quote: quote.status in WITHOUT_LINES or quote.lines,
        "lines numbered from one": numbered_from_one,
    },
    m.QuoteLine: {"offered at list price": lambda q: q.unit_price == q.product.unit_price},
    m.SalesOrder: {
        "dates in order": lambda order: order.order_date <= order.ship_date,
        "not ordered in the future": lambda order: order.order_date <= date.today(),
        "code has its year": lambda order: f"-{order.order_date.year}-" in order.code,
        "has lines once it is confirmed": lambda o: o.status in WITHOUT_LINES or o.lines,
        "lines numbered from one": numbered_from_one,
        "shipped as it says": shipped_as_it_says,
        "production as it says": production_as_it_says,
        "its quote was made before, for its customer": lambda order: (
            order.quote is None
            or (
                order.quote.customer is order.customer
                and order.quote.quote_date <= order.order_date
            )
        ),
    },
    m.SalesOrderLine: {
        "total is price times quantity": lambda q: q.total_price == q.unit_price * q.quantity,
        "shipped within ordered": lambda line: 0 <= line.quantity_shipped <= line.quantity,
    },
    m.Shipment: {
        "left after it was ordered": lambda s: (
            s.sales_order.order_date <= s.shipped_on <= date.today()
        ),
        "its order says so": lambda shipment: any(
            line.quantity_shipped for line in shipment.sales_order.lines
        ),
    },
    m.Printer: {
        "prints when it has work": lambda printer: (
            (printer.status == "printing")
            == any(order.status == "in_progress" for order in printer.production_orders)
        ),
    },
    m.ProductionOrder: {
        "completed and scrapped within ordered": lambda order: (
            order.quantity_completed + order.quantity_scrapped <= order.quantity_ordered
        ),
        "made as it says": made_as_it_says,
        "dates in order": lambda order: (
            order.completed_at is None or order.started_at < order.completed_at
        ),
        "for a line of its sales order": for_a_line_of_its_sales_order,
        "on a printer that prints while in progress": on_one_printer_that_prints,
    },
    m.PurchaseOrder: {
        "expected after the lead time": lambda order: (
            (order.expected_date - order.order_date).days == order.vendor.lead_time_days
        ),
        "code has its year": lambda order: f"-{order.order_date.year}-" in order.code,
        "has lines once it is ordered": lambda o: o.status in WITHOUT_LINES or o.lines,
        "lines numbered from one": numbered_from_one,
        "received as it says": received_as_it_says,
    },
    m.PurchaseOrderLine: {
        "at the item's cost": lambda line: line.unit_cost == line.item.unit_cost,
    },
    m.InventoryTransaction: {
        "moves stock the way its type says": lambda move: (
            move.quantity * SIGNS[move.transaction_type] > 0
        ),
    },
}
