"""What is needed and neither in stock nor on its way, and the sales order lines it is short for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from . import sources
from .netting import NOTHING
from .plan import day_of, make_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .netting import Allocation
    from .plan import Plan


@dataclass(frozen=True)
class ShortFor:
    """So much is missing for a line of a sales order, a production order, or both.

    Both are empty where stock is overdrawn.
    """

    sales_order_id: int | None
    sales_order: str | None
    line_number: int | None
    production_order_id: int | None
    production_order: str | None
    needed_by: date
    missing: Decimal


@dataclass(frozen=True)
class Shortage:
    """An item of which more is needed than there is, every amount in the item's unit.

    `on_order` is what vendors owe and what open production orders will still deliver;
    `missing` = `required` - `on_hand` - `on_order`. A missing item that is made here
    needs a production order, any other a purchase order. A product that is not kept in stock has
    no `item_id`.
    """

    item_id: int | None
    sku: str
    name: str
    unit: str
    made_here: bool
    required: Decimal
    on_hand: Decimal
    on_order: Decimal
    missing: Decimal
    needed_by: date
    short_for: list[ShortFor]


def shortages(db: Session) -> list[Shortage]:
    """Every item that runs short, by SKU.

    Material counts as used when its piece is completed or scrapped. What is missing of an item
    that is made here is needed of its components in turn.
    """
    plan = make_plan(db)
    short = {
        part: missing
        for part, allocations in plan.allocations.items()
        if (missing := [each for each in allocations if each.is_missing])
    }
    names = sources.named(db, short)
    found = [_shortage(plan, part, missing, names[part]) for part, missing in short.items()]
    return sorted(found, key=lambda shortage: shortage.sku)


def _shortage(
    plan: Plan, part: int, missing: list[Allocation], name: tuple[str, str, str]
) -> Shortage:
    sku, title, unit = name
    return Shortage(
        item_id=part if part > 0 else None,
        sku=sku,
        name=title,
        unit=unit,
        made_here=part in plan.made_here,
        required=sum((need.quantity for need in plan.needs.get(part, [])), NOTHING),
        on_hand=plan.on_hand.get(part, NOTHING),
        on_order=sum((supply.quantity for supply in plan.supplies.get(part, [])), NOTHING),
        missing=sum((each.quantity for each in missing), NOTHING),
        needed_by=min(day_of(each.need) for each in missing),
        short_for=[_short_for(each) for each in missing],
    )


def _short_for(allocation: Allocation) -> ShortFor:
    peg = allocation.need.peg
    return ShortFor(
        sales_order_id=peg.sales_order_id,
        sales_order=peg.sales_order,
        line_number=peg.line_number,
        production_order_id=peg.production_order_id,
        production_order=peg.production_order,
        needed_by=day_of(allocation.need),
        missing=allocation.quantity,
    )
