"""One item over time: what is needed and what comes, day by day, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from app.models import Item
from app.services.errors import NotFoundError
from app.services.inventory import on_hand

from .netting import SourceKind
from .plan import day_of, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from .netting import Need, Supply


class EntryKind(StrEnum):
    """What takes an item or brings it; `stock` is a product's that is overdrawn and made again."""

    STOCK = "stock"
    SALES_ORDER = "sales_order"
    PRODUCTION_ORDER = "production_order"
    PURCHASE_ORDER = "purchase_order"


@dataclass(frozen=True)
class Entry:
    """One need (negative) or supply (positive) of a day, and the stock left after it."""

    on: date
    kind: EntryKind
    document: str | None
    quantity: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Timeline:
    """An item's stock today and the entries to come, every amount in the item's unit."""

    item_id: int
    sku: str
    name: str
    unit: str
    on_hand: Decimal
    entries: list[Entry]


def timeline(db: Session, item_id: int) -> Timeline:
    """The requirements of an item over time, what comes on a day before what is needed on it.

    `NotFoundError` if there is no such item.
    """
    item = db.get(Item, item_id)
    if item is None:
        raise NotFoundError(f"no item has the id {item_id}")
    plan = make_plan(db)
    there = on_hand(db, [item_id])[item_id]
    moves = [_supplied(supply) for supply in plan.supplies.get(item_id, [])]
    moves += [_needed(need) for need in plan.needs.get(item_id, [])]
    moves.sort(key=lambda move: (move.on, -move.quantity))
    return Timeline(
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        on_hand=there,
        entries=list(_with_balance(moves, there)),
    )


@dataclass(frozen=True)
class _Move:
    on: date
    kind: EntryKind
    document: str | None
    quantity: Decimal


def _supplied(supply: Supply) -> _Move:
    bought = supply.kind == SourceKind.PURCHASE
    kind = EntryKind.PURCHASE_ORDER if bought else EntryKind.PRODUCTION_ORDER
    return _Move(supply.on or date.today(), kind, supply.document, supply.quantity)


def _needed(need: Need) -> _Move:
    peg = need.peg
    if peg.production_order is not None:
        kind = EntryKind.PRODUCTION_ORDER
    else:
        kind = EntryKind.STOCK if peg.sales_order is None else EntryKind.SALES_ORDER
    return _Move(day_of(need), kind, peg.production_order or peg.sales_order, -need.quantity)


def _with_balance(moves: list[_Move], balance: Decimal) -> Iterator[Entry]:
    for move in moves:
        balance += move.quantity
        yield Entry(move.on, move.kind, move.document, move.quantity, balance)
