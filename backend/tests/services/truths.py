"""What holds for every row of a model, whichever factory and traits made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select

from app import models as m
from app.database import Base
from app.services.bills_of_materials import requirements

from . import document_truths, stock_truths
from .stock_truths import in_session

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

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


def bill_ends_in_what_is_bought(product: m.Product) -> bool:
    needed = requirements(in_session(product), product, Decimal(1))
    return bool(needed) == bool(product.bill)


TRUTHS: dict[type[Any], dict[str, Truth]] = {
    m.User: {"has an address": lambda user: "@" in user.email},
    m.Customer: {"has an address": lambda customer: "@" in customer.email},
    m.Vendor: {"delivers after it is asked": lambda vendor: vendor.lead_time_days >= 0},
    m.Item: {
        "promised and on hand": stock_truths.nothing_is_promised_that_is_not_there,
        "what is weighed is a raw material": lambda item: (
            item.unit != "g" or item.item_type == "raw_material"
        ),
        "what is made here is a finished good": lambda item: (
            item.product is None or item.item_type == "finished_good"
        ),
    },
    m.Product: {
        "bill of materials ends in what is bought": bill_ends_in_what_is_bought,
        "the bill in force was written": lambda product: (
            bool(product.bill) == bool(product.bom_lines)
        ),
    },
    m.BOMLine: {
        "no revision was left out": lambda line: (
            {each.revision for each in line.product.bom_lines} >= set(range(1, line.revision))
        ),
    },
    m.Quote: {
        "dates in order": lambda quote: quote.quote_date <= quote.valid_until,
        "expired when its time is over": lambda quote: (
            (quote.valid_until < date.today()) == (quote.status == "expired")
        ),
        "code has its year": lambda quote: f"-{quote.quote_date.year}-" in quote.code,
        "has lines once it is sent": lambda quote: quote.status in WITHOUT_LINES or quote.lines,
        "lines numbered from one": document_truths.numbered_from_one,
        "its sales order is what was quoted": document_truths.became_what_was_quoted,
    },
    m.QuoteLine: {"offered at list price": lambda q: q.unit_price == q.product.unit_price},
    m.SalesOrder: {
        "dates in order": lambda order: order.order_date <= order.ship_date,
        "not ordered in the future": lambda order: order.order_date <= date.today(),
        "code has its year": lambda order: f"-{order.order_date.year}-" in order.code,
        "has lines once it is confirmed": lambda o: o.status in WITHOUT_LINES or o.lines,
        "lines numbered from one": document_truths.numbered_from_one,
        "status follows the facts": document_truths.follows_the_facts,
        "shipped as it says": document_truths.shipped_as_it_says,
        "kept in stock once confirmed": document_truths.kept_in_stock_once_confirmed,
        "holds only what it waits for": document_truths.holds_only_what_it_waits_for,
        "what was shipped moved": stock_truths.what_was_shipped_moved,
    },
    m.SalesOrderLine: {
        "total is price times quantity": lambda q: q.total_price == q.unit_price * q.quantity,
        "what was shipped is in parcels": stock_truths.what_was_shipped_is_in_parcels,
    },
    m.Shipment: {
        "left after it was ordered": lambda s: (
            s.sales_order.order_date <= s.shipped_on <= date.today()
        ),
        "something is in it": lambda shipment: bool(shipment.lines),
    },
    m.ShipmentLine: {
        "of the order that is shipped": lambda part: (
            part.sales_order_line.sales_order is part.shipment.sales_order
        ),
    },
    m.Printer: {"prints one order or waits": document_truths.prints_one_order},
    m.ProductionOrder: {
        "made as it says": document_truths.made_as_it_says,
        "dates in order": lambda order: (
            order.completed_at is None or order.started_at < order.completed_at
        ),
        "for a line of its sales order": document_truths.for_a_line_of_its_sales_order,
        "its sales order waits for it": lambda order: (
            order.sales_order is None or order.sales_order.status != "pending"
        ),
        "on a printer while in progress": document_truths.on_a_printer_while_in_progress,
        "made by a bill": document_truths.made_by_a_bill,
        "has its material": stock_truths.has_its_material,
        "what was reported moved": stock_truths.what_was_reported_moved,
    },
    m.PurchaseOrder: {
        "expected after the lead time": lambda order: (
            (order.expected_date - order.order_date).days == order.vendor.lead_time_days
        ),
        "code has its year": lambda order: f"-{order.order_date.year}-" in order.code,
        "has lines once it is ordered": lambda o: o.status in WITHOUT_LINES or o.lines,
        "lines numbered from one": document_truths.numbered_from_one,
        "received as it says": document_truths.received_as_it_says,
        "what was received moved": stock_truths.what_was_received_moved,
    },
    m.PurchaseOrderLine: {
        "at the item's cost": lambda line: line.unit_cost == line.item.unit_cost,
    },
    m.InventoryTransaction: {
        "moves stock the way its type says": lambda move: (
            move.quantity * SIGNS[move.transaction_type] > 0
        ),
    },
    m.Reservation: {"its owner needs it": stock_truths.is_needed_by_its_owner},
}
