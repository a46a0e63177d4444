"""What there is of each resource, in the states that its operations ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Traits = dict[str, Any]

MANY = 2_000_000
"""More than a request may ask for at once, so that chance is not refused."""

ROWS: dict[str, list[tuple[str, Traits]]] = {
    "users": [("user", {}), ("user", {"inactive": True})],
    "customers": [("customer", {}), ("customer", {"with_orders": True})],
    "vendors": [("vendor", {}), ("vendor", {"overseas": True})],
    "items": [
        ("item", {"with_stock": True}),
        ("item", {"made_here": True}),
        ("item", {"with_vendor": True}),
    ],
    "products": [
        ("product", {"with_two_level_bom": True}),
        ("product", {"with_stock": True}),
        ("item", {}),
    ],
    "printers": [("printer", {}), ("printer", {"printing": True})],
    "quotes": [
        ("quote", {"with_lines": True}),
        ("quote", {"sent": True}),
        ("quote", {"accepted": True}),
        ("quote", {"converted": True}),
    ],
    "sales-orders": [
        ("sales_order", {"with_lines": True}),
        ("sales_order", {"confirmed": True}),
        ("sales_order", {"ready": True}),
        ("sales_order", {"partly_shipped": True}),
    ],
    "shipments": [("shipment", {}), ("shipment", {"untracked": True})],
    "production-orders": [
        ("printer", {}),
        ("printer", {}),
        ("production_order", {"product__bom_lines": [{"item__with_stock": True}]}),
        ("production_order", {"released": True}),
        ("production_order", {"in_progress": True, "quantity_ordered": MANY}),
        ("production_order", {"half_completed": True, "quantity_ordered": MANY}),
    ],
    "inventory-transactions": [("item", {"with_stock": True}), ("item", {})],
    "stock": [("item", {"with_stock": True}), ("item", {"low_on_stock": True})],
    "stock-valuation": [("item", {"with_stock": True})],
    "reservations": [("sales_order", {"ready": True}), ("production_order", {"released": True})],
    "purchase-orders": [
        ("purchase_order", {"with_lines": True}),
        ("purchase_order", {"ordered": True, "lines": [{"quantity": Decimal(MANY)}] * 2}),
        ("purchase_order", {"partly_received": True, "lines": [{"quantity": Decimal(MANY)}] * 2}),
    ],
    "purchase-suggestions": [
        ("production_order", {"product__bom_lines": [{"item__with_vendor": True}]})
    ],
    "shortages": [("production_order", {"product__with_bom": True})],
}
"""The factories and traits that make them, by the first word of a path."""


def make_rows(fixture: Callable[[str], Any], resources: Iterable[str]) -> None:
    """Make the rows of these resources by the registered factories."""
    for resource in resources:
        for factory, traits in ROWS.get(resource, []):
            fixture(f"{factory}_factory").create(**traits)
