"""What each trait of each factory promises about the row that it makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.orm import object_session

from app.services.inventory import on_hand
from tests import factories

if TYPE_CHECKING:
    from app.models import InventoryTransaction, Item, ProductionOrder, SalesOrder

Promise: TypeAlias = Callable[[Any], bool]

OPEN_PURCHASE = ("ordered", "partly_received")


def stock_of(item: Item) -> Any:
    session = object_session(item)
    assert session is not None
    return on_hand(session, [item.id])[item.id]


def has(**values: Any) -> Promise:
    return lambda row: all(getattr(row, name) == value for name, value in values.items())


def moves_of(order: ProductionOrder) -> list[InventoryTransaction]:
    items = {line.item for line in order.product.bom_lines}
    return [move for item in items for move in item.inventory_transactions]


def made_by(order: SalesOrder) -> list[str]:
    return [made.status for made in order.production_orders]


def statuses(*names: str) -> dict[str, Promise]:
    return {name: has(status=name) for name in names}


PROMISES: dict[Any, dict[str, Promise]] = {
    factories.UserFactory: {
        **{role: has(role=role) for role in ("admin", "planner", "operator", "viewer")},
        "inactive": has(is_active=False),
    },
    factories.CustomerFactory: {"with_orders": lambda customer: len(customer.sales_orders) == 2},
    factories.VendorFactory: {"overseas": has(lead_time_days=30)},
    factories.ItemFactory: {
        **{kind: has(item_type=kind) for kind in ("raw_material", "finished_good", "consumable")},
        "filament": has(item_type="raw_material", unit="g"),
        "made_here": lambda item: item.item_type == "finished_good" and item.product.bom_lines,
        "low_on_stock": lambda item: 0 < stock_of(item) <= item.reorder_point,
        "with_stock": lambda item: stock_of(item) > item.reorder_point,
        "with_vendor": lambda item: item.preferred_vendor and item.minimum_order_quantity == 50,
    },
    factories.ProductFactory: {
        "with_bom": lambda product: len(product.bill) == 2,
        "with_two_level_bom": lambda product: (
            [bool(line.item.product) for line in product.bom_lines] == [False, True]
        ),
        "with_revised_bom": lambda product: [line.revision for line in product.bill] == [2, 2],
        "with_restored_bom": lambda product: (
            [line in product.bill for line in product.bom_lines] == [True, True, False, False]
        ),
        "stocked": lambda product: product.item.item_type == "finished_good",
        "with_stock": lambda product: stock_of(product.item) > 0,
    },
    factories.BOMLineFactory: {
        "of_filament": lambda line: line.item.unit == "g",
        "of_subassembly": lambda line: line.item.product is not None,
        "with_scrap": has(scrap_factor=Decimal("0.05")),
    },
    factories.QuoteFactory: {
        **statuses("draft", "sent", "accepted", "declined", "expired"),
        "with_lines": lambda quote: len(quote.lines) == 2,
        "converted": lambda quote: quote.sales_order.lines,
    },
    factories.QuoteLineFactory: {},
    factories.SalesOrderFactory: {
        **statuses("pending", "confirmed", "in_production", "ready"),
        **statuses("partly_shipped", "shipped", "closed", "cancelled"),
        "with_lines": lambda order: len(order.lines) == 2,
        "quoted": lambda order: order.quote.status == "accepted",
        "closed_short": lambda order: (
            order.status == "closed" and any(line.quantity_open for line in order.lines)
        ),
        "called_off": lambda order: (
            order.status == "cancelled" and made_by(order) == ["cancelled", "cancelled"]
        ),
        "overdue": lambda order: (
            order.ship_date < date.today()
            and order.status not in ("shipped", "closed", "cancelled")
        ),
    },
    factories.SalesOrderLineFactory: {
        "stocked": lambda line: line.product.item is not None,
        "planned": lambda line: made_by(line.sales_order) == ["draft"],
        "reserved": lambda line: line.reservation and not made_by(line.sales_order),
        "being_made": lambda line: made_by(line.sales_order) == ["in_progress"],
        "made": lambda line: (
            made_by(line.sales_order) == ["completed"] and line.reservation.quantity == 1
        ),
    },
    factories.ShipmentFactory: {"untracked": has(tracking_number=None)},
    factories.ShipmentLineFactory: {},
    factories.PrinterFactory: {
        **statuses("idle", "printing", "offline"),
        "in_maintenance": has(status="maintenance"),
    },
    factories.ProductionOrderFactory: {
        **statuses("draft", "released", "in_progress", "completed", "cancelled"),
        "made_to_order": lambda order: order.sales_order.lines[0].quantity == 10,
        "made_to_stock": lambda order: order.sales_order is None and order.product.item,
        "overdue": lambda order: (
            order.due_date < date.today() and order.status not in ("completed", "cancelled")
        ),
        "scrapped": lambda order: order.quantity_scrapped == 2,
        "half_completed": has(quantity_completed=5),
        "with_returns": lambda order: (
            {move.quantity for move in moves_of(order) if move.transaction_type == "return"} == {1}
        ),
        "stopped": lambda order: order.status == "released" and order.started_at,
        "called_off": lambda order: order.status == "cancelled" and order.bom_revision == 1,
    },
    factories.PurchaseOrderFactory: {
        **statuses("draft", "ordered", "partly_received", "received", "cancelled"),
        "with_lines": lambda order: len(order.lines) == 2,
        "overdue": lambda order: (
            order.expected_date < date.today() and order.status in OPEN_PURCHASE
        ),
        "cut_short": lambda order: (
            order.status == "cancelled" and any(line.quantity_received for line in order.lines)
        ),
    },
    factories.PurchaseOrderLineFactory: {
        "booked": lambda line: stock_of(line.item) == line.quantity == line.quantity_received,
    },
    factories.InventoryTransactionFactory: {
        "received": has(transaction_type="receive", quantity=100),
        "issued": has(transaction_type="issue", quantity=-10),
        "adjusted": has(transaction_type="adjust", quantity=1),
        "scrapped": has(transaction_type="scrap", quantity=-1),
        "returned": has(transaction_type="return", quantity=1),
        "shipped": has(transaction_type="ship", quantity=-1),
    },
    factories.ReservationFactory: {
        "for_production": lambda reservation: reservation.production_order.status == "released",
    },
}
