"""Needs met by what is reserved for them, made for them, in stock, or on its way."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NOTHING = Decimal(0)

Line: TypeAlias = tuple[int, int]
"""A line of a sales order: the order's id and the line's number."""


class SourceKind(StrEnum):
    """Where something comes from; `missing` is nowhere."""

    RESERVED = "reserved"
    STOCK = "stock"
    PRODUCTION = "production"
    PURCHASE = "purchase"
    MISSING = "missing"


@dataclass(frozen=True)
class Peg:
    """Whose need it is: a sales order's line, the production order that takes it, or both."""

    sales_order_id: int | None = None
    sales_order: str | None = None
    line_number: int | None = None
    production_order_id: int | None = None
    production_order: str | None = None

    @property
    def line(self) -> Line | None:
        """The line of the sales order that it is all for, if there is one."""
        if self.sales_order_id is None or self.line_number is None:
            return None
        return self.sales_order_id, self.line_number


@dataclass(frozen=True)
class Need:
    """So much of one item, by a day; `reserved` of it is promised already."""

    quantity: Decimal
    due: date
    peg: Peg
    reserved: Decimal = NOTHING


@dataclass(frozen=True)
class Supply:
    """So much of one item, on a day (None: today, from stock), and the document that brings it.

    `line` is the sales order line that it is made for.
    """

    kind: SourceKind
    quantity: Decimal
    on: date | None = None
    document_id: int | None = None
    document: str | None = None
    vendor: str | None = None
    line: Line | None = None


@dataclass(frozen=True)
class Allocation:
    """So much of a need is met by a supply; by none where something is missing."""

    need: Need
    quantity: Decimal
    supply: Supply

    @property
    def is_missing(self) -> bool:
        """Whether nothing meets it."""
        return self.supply.kind == SourceKind.MISSING

    @property
    def is_late(self) -> bool:
        """Whether it comes, but after the day that it is needed on."""
        return self.supply.on is not None and self.supply.on > self.need.due


def allocate(
    needs: Sequence[Need], on_hand: Decimal, supplies: Sequence[Supply]
) -> list[Allocation]:
    """Every need, met as far as can be: the earliest by what comes first.

    What is reserved for a need goes to it, and what is made for its sales order line before it
    goes to others. Stock that is overdrawn is a need of its own, before all others.
    """
    needs = sorted(needs, key=lambda need: need.due)
    supplies = sorted(supplies, key=lambda supply: supply.on or date.min)
    met = [_met(need, need.reserved, SourceKind.RESERVED) for need in needs]
    free = on_hand - sum((one.quantity for one in met), NOTHING)
    waiting = [_less(one.need, one.quantity) for one in met]
    made_for, waiting, supplies = _by_line(waiting, supplies)
    overdrawn = [Need(-free, date.min, Peg())] if free < 0 else []
    stock = [Supply(SourceKind.STOCK, free)] if free > 0 else []
    in_turn = _in_turn([*overdrawn, *waiting], [*stock, *supplies])
    return [each for each in (*met, *made_for, *in_turn) if each.quantity]


def _met(need: Need, at_most: Decimal, kind: SourceKind) -> Allocation:
    quantity = min(need.quantity, at_most)
    return Allocation(need, quantity, Supply(kind, quantity))


def _less(need: Need, quantity: Decimal) -> Need:
    return replace(need, quantity=need.quantity - quantity, reserved=NOTHING)


def _by_line(
    needs: Sequence[Need], supplies: Sequence[Supply]
) -> tuple[list[Allocation], list[Need], list[Supply]]:
    """What is made for a line, allocated to its needs; and what is left of both."""
    needs_of: defaultdict[Line | None, list[int]] = defaultdict(list)
    for place, need in enumerate(needs):
        needs_of[need.peg.line].append(place)
    unmet = [need.quantity for need in needs]
    allocations: list[Allocation] = []
    rest = []
    for supply in supplies:
        left = supply.quantity
        for place in needs_of[supply.line] if supply.line is not None else ():
            quantity = min(left, unmet[place])
            allocations.append(Allocation(needs[place], quantity, supply))
            unmet[place] -= quantity
            left -= quantity
        rest.append(replace(supply, quantity=left))
    waiting = [replace(need, quantity=left) for need, left in zip(needs, unmet, strict=True)]
    return allocations, waiting, rest


def _in_turn(needs: Iterable[Need], supplies: Iterable[Supply]) -> Iterator[Allocation]:
    pool = deque(supply for supply in supplies if supply.quantity)
    for need in needs:
        left = need.quantity
        while left and pool:
            supply = pool.popleft()
            quantity = min(left, supply.quantity)
            yield Allocation(need, quantity, supply)
            left -= quantity
            if quantity < supply.quantity:
                pool.appendleft(replace(supply, quantity=supply.quantity - quantity))
        yield Allocation(need, left, Supply(SourceKind.MISSING, left))
