"""What holds between a document's status and the rest of what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.services.bills_of_materials import load_bills
from app.services.sales_status import UNDER_WAY, follow
from app.services.supply import OPEN_PRODUCTION

from .stock_truths import in_session

if TYPE_CHECKING:
    from app import models as m


def numbered_from_one(document: Any) -> bool:
    return [line.line_number for line in document.lines] == [
        number + 1 for number in range(len(document.lines))
    ]


def agreed(line: Any) -> tuple[Any, ...]:
    return (line.line_number, line.product, line.quantity, line.unit_price)


def became_what_was_quoted(quote: m.Quote) -> bool:
    if quote.sales_order is None:
        return True
    return (
        quote.status == "accepted"
        and quote.sales_order.customer is quote.customer
        and quote.quote_date <= quote.sales_order.order_date
        and list(map(agreed, quote.lines)) == list(map(agreed, quote.sales_order.lines))
    )


def follows_the_facts(order: m.SalesOrder) -> bool:
    said = order.status
    if said == "shipped":
        return not any(line.quantity_open for line in order.lines)
    follow(in_session(order), order)
    return order.status == said


def shipped_as_it_says(order: m.SalesOrder) -> bool:
    shipped = sum(line.quantity_shipped for line in order.lines)
    return (shipped > 0) == (order.status in ("partly_shipped", "shipped", "closed"))


def kept_in_stock_once_confirmed(order: m.SalesOrder) -> bool:
    return order.status not in UNDER_WAY or all(line.product.item for line in order.lines)


def holds_only_what_it_waits_for(order: m.SalesOrder) -> bool:
    held = any(line.reservation for line in order.lines)
    made = any(order.status in OPEN_PRODUCTION for order in order.production_orders)
    return order.status in UNDER_WAY or not (held or made)


def received_as_it_says(order: m.PurchaseOrder) -> bool:
    ordered = sum(line.quantity for line in order.lines)
    received = sum(line.quantity_received for line in order.lines)
    match order.status:
        case "received":
            return received == ordered
        case "partly_received":
            return 0 < received < ordered
        case "cancelled":
            return received < ordered or not order.lines
        case _:
            return received == 0


def made_as_it_says(order: m.ProductionOrder) -> bool:
    is_complete = order.status == "completed"
    made = order.quantity_completed + order.quantity_scrapped
    return (
        is_complete == (order.quantity_open == 0) == (order.completed_at is not None)
        and (order.started_at is not None or made == 0)
        and (order.started_at is not None or order.status not in ("in_progress", "completed"))
        and (order.started_at is None or order.status != "draft")
    )


def made_by_a_bill(order: m.ProductionOrder) -> bool:
    revisions = {line.revision for line in order.product.bom_lines}
    if order.bom_revision is None:
        return order.status in ("draft", "cancelled") and order.started_at is None
    return order.status != "draft" and order.bom_revision in revisions


def for_a_line_of_its_sales_order(order: m.ProductionOrder) -> bool:
    if order.sales_order is None:
        return order.sales_order_line is None
    sold = [
        line.product
        for line in order.sales_order.lines
        if line.line_number == order.sales_order_line
    ]
    return len(sold) == 1 and order.product.id in load_bills(in_session(order), [sold[0].id])


def on_a_printer_while_in_progress(order: m.ProductionOrder) -> bool:
    if order.status == "in_progress":
        return order.printer is not None and order.printer.status == "printing"
    return (order.printer is None) == (order.status != "completed")


def prints_one_order(printer: m.Printer) -> bool:
    at_work = [order for order in printer.production_orders if order.status == "in_progress"]
    return len(at_work) == (printer.status == "printing")
