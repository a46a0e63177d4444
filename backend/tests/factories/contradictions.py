"""Pairs of traits that no row can have at once, each with the reason."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any, TypeAlias

from .catalog import BOMLineFactory, ItemFactory, ProductFactory
from .inventory import InventoryTransactionFactory
from .people import UserFactory
from .production import PrinterFactory, ProductionOrderFactory
from .purchasing import PurchaseOrderFactory
from .quotes import QuoteFactory
from .sales import SalesOrderFactory, SalesOrderLineFactory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factoryfloor import ModelFactory

    Contradictions: TypeAlias = dict[tuple[type[ModelFactory[Any]], frozenset[str]], str]


def _one_of(
    factory: type[ModelFactory[Any]], choices: Iterable[str | tuple[str, ...]], reason: str
) -> Contradictions:
    """No two of the choices go together; a choice may have several traits, which do."""
    groups = [(choice,) if isinstance(choice, str) else choice for choice in choices]
    pairs = (frozenset(pair) for two in combinations(groups, 2) for pair in product(*two))
    return {(factory, pair): reason for pair in pairs}


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
    **_excludes(
        ProductFactory,
        "with_two_level_bom",
        ("with_revised_bom", "with_restored_bom"),
        "the bill that replaced another has one level",
    ),
    **_excludes(
        ProductFactory,
        "with_restored_bom",
        ("with_revised_bom",),
        "the first bill is in force or the second",
    ),
    **_one_of(
        QuoteFactory,
        ("draft", "sent", ("accepted", "converted"), "declined", "expired"),
        "a quote has one status",
    ),
    **_one_of(
        SalesOrderFactory,
        (
            *("pending", "confirmed", "in_production", "ready"),
            *("partly_shipped", "shipped"),
            *(("closed", "closed_short"), ("cancelled", "called_off")),
        ),
        "a sales order has one status",
    ),
    **_excludes(
        SalesOrderFactory,
        "overdue",
        ("shipped", "closed", "closed_short", "cancelled", "called_off"),
        "only what is still to be shipped can be late",
    ),
    **_one_of(
        SalesOrderLineFactory,
        ("planned", "reserved", "being_made", "made"),
        "pieces come from stock or from one production order, which has begun or not",
    ),
    **_one_of(
        PrinterFactory,
        ("idle", "printing", "in_maintenance", "offline"),
        "a printer does one thing at a time",
    ),
    **_one_of(
        ProductionOrderFactory,
        (
            *("draft", ("released", "stopped"), "in_progress", "completed"),
            ("cancelled", "called_off"),
        ),
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
        ("completed", "cancelled", "called_off"),
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
        "with_returns",
        ("draft", "released"),
        "nothing is issued before printing begins",
    ),
    **_excludes(
        ProductionOrderFactory,
        "half_completed",
        ("draft", "released", "completed"),
        "half of the pieces is more than none and fewer than all",
    ),
    **_one_of(
        PurchaseOrderFactory,
        ("draft", "ordered", "partly_received", "received", ("cancelled", "cut_short")),
        "a purchase order has one status",
    ),
    **_excludes(
        PurchaseOrderFactory,
        "overdue",
        ("draft", "received", "cancelled", "cut_short"),
        "only what a vendor still owes can be late",
    ),
    **_one_of(
        InventoryTransactionFactory,
        ("received", "issued", "adjusted", "scrapped", "returned", "shipped"),
        "a movement has one type",
    ),
}
