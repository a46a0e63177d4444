"""The whole plan: every need of every part, and where it is met from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import Product
from app.services.bills_of_materials import load_bills, needed_for, top_down, whole_pieces
from app.services.inventory import on_hand

from . import sources
from .netting import NOTHING, allocate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from app.services.bills_of_materials import Component

    from .netting import Allocation, Need, Peg, Supply


@dataclass
class Plan:
    """The needs, supplies and allocations of each part, by its number in `sources`."""

    needs: dict[int, list[Need]]
    supplies: dict[int, list[Supply]]
    on_hand: dict[int, Decimal]
    allocations: dict[int, list[Allocation]]
    made_here: set[int]

    def for_peg(self, part: int, peg: Peg) -> list[Allocation]:
        """How what somebody needs of a part is met."""
        return [each for each in self.allocations.get(part, ()) if each.need.peg == peg]


def make_plan(db: Session) -> Plan:
    """The plan as things stand.

    What is missing of a part that is made here is needed of its components in turn.
    `CircularBillError` if a bill of materials leads back to its product.
    """
    found = sources.read(db)
    bills = load_bills(db, found.products)
    sequence = top_down(db, bills)
    parts = _parts(db, bills)
    bought = {line.item_id for lines in bills.values() for line in lines} | found.needs.keys()
    stock = on_hand(db, {part for part in {*bought, *parts.values()} if part > 0})
    plan = Plan(found.needs, found.supplies, stock, {}, {parts[p] for p in bills if bills[p]})
    for product_id in sequence:
        for short in _missing(_allocate(plan, parts[product_id])):
            _explode(plan, short, bills[product_id])
    for part in bought - plan.allocations.keys():
        _allocate(plan, part)
    return plan


def _parts(db: Session, product_ids: Iterable[int]) -> dict[int, int]:
    rows = db.execute(select(Product.id, Product.item_id).where(Product.id.in_(product_ids)))
    return {product_id: sources.part_of(product_id, item_id) for product_id, item_id in rows}


def _allocate(plan: Plan, part: int) -> list[Allocation]:
    stock = plan.on_hand.get(part, NOTHING)
    found = allocate(plan.needs.get(part, []), stock, plan.supplies.get(part, []))
    plan.allocations[part] = found
    return found


def _missing(allocations: Iterable[Allocation]) -> list[Allocation]:
    return [each for each in allocations if each.is_missing]


def _explode(plan: Plan, short: Allocation, lines: Iterable[Component]) -> None:
    for part, quantity in needed_for(lines, whole_pieces(short.quantity)).items():
        plan.needs.setdefault(part, []).append(replace(short.need, quantity=quantity))


def day_of(need: Need) -> date:
    """The day that something is needed on; what stock is overdrawn by is needed today."""
    return date.today() if need.due == date.min else need.due
