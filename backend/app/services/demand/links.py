"""The links of a demand chain, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.models import ProductionOrderStatus, SalesOrderStatus

from .netting import SourceKind


@dataclass(frozen=True)
class ChainSource:
    """Where so much of a component comes from, and when; `missing` has no document and no day."""

    kind: SourceKind
    quantity: Decimal
    on: date | None
    late: bool
    document_id: int | None
    document: str | None
    vendor: str | None


@dataclass(frozen=True)
class ChainComponent:
    """What a production order still takes of an item, in the item's unit, and its sources.

    `drafts` are purchase orders that ask for the item and were not placed: nobody delivers on them.
    """

    item_id: int
    sku: str
    name: str
    unit: str
    required: Decimal
    on_hand: Decimal
    missing: Decimal
    sources: list[ChainSource]
    drafts: list[ChainSource]


@dataclass(frozen=True)
class ChainProduction:
    """A production order for a line: of its product, or of a part of it."""

    id: int
    code: str
    status: ProductionOrderStatus
    product_id: int
    sku: str
    quantity_ordered: int
    quantity_completed: int
    quantity_scrapped: int
    quantity_open: int
    printer: str | None
    due_date: date | None
    components: list[ChainComponent]


@dataclass(frozen=True)
class ChainLine:
    """A line, what of it is reserved in stock, and the production orders for the rest.

    `unplanned` pieces are neither: planning the order again raises a production order for them.
    """

    line_number: int
    product_id: int
    sku: str
    name: str
    quantity: int
    quantity_shipped: int
    quantity_open: int
    reserved: Decimal
    unplanned: Decimal
    production_orders: list[ChainProduction]


@dataclass(frozen=True)
class DemandChain:
    """A sales order from its customer down to the purchase orders that it waits for."""

    customer_id: int
    customer: str
    quote: str | None
    sales_order_id: int
    sales_order: str
    status: SalesOrderStatus
    ship_date: date | None
    lines: list[ChainLine]
