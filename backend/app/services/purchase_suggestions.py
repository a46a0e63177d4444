"""What to buy, from whom and by when, so that nothing runs short."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from app.models import Item, PurchaseOrder, PurchaseOrderStatus

from .demand import Shortage, shortages
from .purchasing import NewPurchaseLine, create
from .supply import on_purchase_order

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Suggestion:
    """So much of an item to buy, in its unit, at the item's cost.

    `order_by` is the last day on which the preferred vendor can be asked in time; without a
    preferred vendor it is the day that the item is needed on, and a person must choose one.
    """

    item_id: int
    sku: str
    name: str
    unit: str
    missing: Decimal
    in_drafts: Decimal
    quantity: Decimal
    unit_cost: Decimal
    vendor_id: int | None
    vendor: str | None
    needed_by: date
    order_by: date


def suggestions(db: Session) -> list[Suggestion]:
    """One for each bought item that runs short, the most urgent first.

    The item's minimum quantity is kept, and what drafts of purchase orders ask for is left out.
    """
    short = {s.item_id: s for s in shortages(db) if s.item_id is not None and not s.made_here}
    drafted = on_purchase_order(db, short.keys(), [PurchaseOrderStatus.DRAFT])
    items = db.scalars(
        select(Item).where(Item.id.in_(short)).options(joinedload(Item.preferred_vendor))
    )
    found = [_suggestion(item, short[item.id], drafted[item.id]) for item in items]
    wanted = [suggestion for suggestion in found if suggestion.quantity > 0]
    return sorted(wanted, key=lambda suggestion: (suggestion.order_by, suggestion.sku))


def _suggestion(item: Item, shortage: Shortage, drafted: Decimal) -> Suggestion:
    rest = shortage.missing - drafted
    vendor = item.preferred_vendor
    lead_time = timedelta(days=vendor.lead_time_days if vendor else 0)
    return Suggestion(
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        missing=shortage.missing,
        in_drafts=drafted,
        quantity=max(rest, item.minimum_order_quantity) if rest > 0 else Decimal(0),
        unit_cost=item.unit_cost,
        vendor_id=vendor.id if vendor else None,
        vendor=vendor.name if vendor else None,
        needed_by=shortage.needed_by,
        order_by=shortage.needed_by - lead_time,
    )


def draft_orders(db: Session) -> list[PurchaseOrder]:
    """A draft for each preferred vendor with all that is suggested to be bought there.

    Two planners who ask at once get each draft once: the second waits for the first.
    """
    db.execute(text("SELECT pg_advisory_xact_lock(hashtext('purchase suggestions'))"))
    by_vendor: defaultdict[int, list[NewPurchaseLine]] = defaultdict(list)
    for suggestion in suggestions(db):
        if suggestion.vendor_id is not None:
            line = NewPurchaseLine(suggestion.item_id, suggestion.quantity, suggestion.unit_cost)
            by_vendor[suggestion.vendor_id].append(line)
    return [create(db, vendor_id, lines) for vendor_id, lines in sorted(by_vendor.items())]
