"""What each trait of each factory promises about the row that it makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.orm import object_session

from app.services.inventory import on_hand
from tests import factories

if TYPE_CHECKING:
    from app.models import Item

Promise: TypeAlias = Callable[[Any], bool]

OPEN_PURCHASE = ("ordered", "partly_received")


def stock_of(item: Item) -> Any:
    session = object_session(item)
    assert session is not None
    return on_hand(session, [item.id])[item.id]


def has(**values: Any) -> Promise:
    return lambda row: all(getattr(row, name) == value for name, value in values.items())


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
    },
    factories.ProductFactory: {
        "with_bom": lambda product: len(product.bom_lines) == 2,
        "with_two_level_bom": lambda product: (
            [bool(line.item.product) for line in product.bom_lines] == [False, True]
        ),
        "stocked": lambda product: product.item.item_type == "finished_good",
        "with_stock": lambda product: stock_of(product.item) > 0,
    },
    factories.BOMLineFactory: {
        "of_filament": lambda line: line.item.unit == "g",
        "of_subassembly": lambda line: line.item.product is not None,
    },
    factories.QuoteFactory: {
        **statuses("draft", "sent", "accepted", "declined", "expired"),
        "with_lines": lambda quote: len(quote.lines) == 2,
    },
    factories.QuoteLineFactory: {},
    factories.SalesOrderFactory: {
        **statuses("pending", "confirmed", "in_production", "ready"),
        **statuses("partly_shipped", "shipped", "closed", "cancelled"),
        "with_lines": lambda order: len(order.lines) == 2,
        "quoted": lambda order: order.quote.status == "accepted",
        "overdue": lambda order: (
            order.ship_date < date.today()
            and order.status not in ("shipped", "closed", "cancelled")
        ),
    },
    factories.SalesOrderLineFactory: {
        "being_made": lambda line: (
            [order.status for order in line.sales_order.production_orders] == ["in_progress"]
        ),
        "made": lambda line: (
            [order.status for order in line.sales_order.production_orders] == ["completed"]
        ),
    },
    factories.ShipmentFactory: {"untracked": has(tracking_number=None)},
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
    },
    factories.PurchaseOrderFactory: {
        **statuses("draft", "ordered", "partly_received", "received", "cancelled"),
        "with_lines": lambda order: len(order.lines) == 2,
        "overdue": lambda order: (
            order.expected_date < date.today() and order.status in OPEN_PURCHASE
        ),
    },
    factories.PurchaseOrderLineFactory: {},
    factories.InventoryTransactionFactory: {
        "received": has(transaction_type="receive", quantity=100),
        "issued": has(transaction_type="issue", quantity=-10),
        "adjusted": has(transaction_type="adjust", quantity=1),
        "scrapped": has(transaction_type="scrap", quantity=-1),
        "returned": has(transaction_type="return", quantity=1),
        "shipped": has(transaction_type="ship", quantity=-1),
    },
}
