"""Pairs of traits that no row can have at once, each with the reason."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias

from .catalog import BOMLineFactory, ItemFactory
from .inventory import InventoryTransactionFactory
from .people import UserFactory
from .production import PrinterFactory, ProductionOrderFactory
from .purchasing import PurchaseOrderFactory
from .sales import QuoteFactory, SalesOrderFactory, SalesOrderLineFactory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factoryfloor import ModelFactory

    Contradictions: TypeAlias = dict[tuple[type[ModelFactory[Any]], frozenset[str]], str]


def _one_of(factory: type[ModelFactory[Any]], traits: Iterable[str], reason: str) -> Contradictions:
    return {(factory, frozenset(pair)): reason for pair in combinations(traits, 2)}


def _excludes(
    factory: type[ModelFactory[Any]], trait: str, others: Iterable[str], reason: str
) -> Contradictions:
    return {(factory, frozenset({trait, other})): reason for other in others}


CONTRADICTIONS: Contradictions = {
    **_one_of(UserFactory, ("admin", "planner", "operator", "viewer"), "a user has one role"),
    **_one_of(ItemFactory, ("raw_material", "finished_good", "consumable"), "an item has one type"),
    **_excludes(
        ItemFactory, "filament", ("finished_good", "consumable"), "filament is a raw material"
    ),
    **_excludes(
        ItemFactory,
        "made_here",
        ("raw_material", "consumable", "filament"),
        "what is made here is a finished good",
    ),
    **_excludes(
        ItemFactory, "with_stock", ("low_on_stock",), "stock is above the reorder point or not"
    ),
    **_excludes(
        BOMLineFactory, "of_filament", ("of_subassembly",), "filament is bought, not printed"
    ),
    **_one_of(
        QuoteFactory,
        ("draft", "sent", "accepted", "declined", "expired"),
        "a quote has one status",
    ),
    **_one_of(
        SalesOrderFactory,
        (
            *("pending", "confirmed", "in_production", "ready"),
            *("partly_shipped", "shipped", "closed", "cancelled"),
        ),
        "a sales order has one status",
    ),
    **_excludes(
        SalesOrderFactory,
        "overdue",
        ("shipped", "closed", "cancelled"),
        "only what is still to be shipped can be late",
    ),
    **_one_of(SalesOrderLineFactory, ("being_made", "made"), "pieces are finished or not"),
    **_one_of(
        PrinterFactory,
        ("idle", "printing", "in_maintenance", "offline"),
        "a printer does one thing at a time",
    ),
    **_one_of(
        ProductionOrderFactory,
        ("draft", "released", "in_progress", "completed", "cancelled"),
        "a production order has one status",
    ),
    **_one_of(
        ProductionOrderFactory,
        ("made_to_order", "made_to_stock"),
        "pieces are made for a sales order or for stock",
    ),
    **_excludes(
        ProductionOrderFactory,
        "overdue",
        ("completed", "cancelled"),
        "only what is still to be made can be late",
    ),
    **_excludes(
        ProductionOrderFactory,
        "scrapped",
        ("draft", "released"),
        "nothing is scrapped before printing begins",
    ),
    **_excludes(
        ProductionOrderFactory,
        "half_completed",
        ("draft", "released", "completed"),
        "half of the pieces is more than none and fewer than all",
    ),
    **_one_of(
        PurchaseOrderFactory,
        ("draft", "ordered", "partly_received", "received", "cancelled"),
        "a purchase order has one status",
    ),
    **_excludes(
        PurchaseOrderFactory,
        "overdue",
        ("draft", "received", "cancelled"),
        "only what a vendor still owes can be late",
    ),
    **_one_of(
        InventoryTransactionFactory,
        ("received", "issued", "adjusted", "scrapped", "returned", "shipped"),
        "a movement has one type",
    ),
}
