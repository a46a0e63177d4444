"""Needs meet supplies: each need once, each supply once, and what is missing is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.services.demand.netting import (
    Allocation,
    Need,
    Peg,
    SourceKind,
    Supply,
    allocate,
)

pytestmark = pytest.mark.unit

MONDAY = date(2026, 3, 2)
LINE, OTHER_LINE = Peg(1, "SO-1", 1), Peg(1, "SO-1", 2)


def need(quantity: str | int, day: int = 0, peg: Peg = LINE, reserved: str | int = 0) -> Need:
    return Need(Decimal(quantity), MONDAY + timedelta(days=day), peg, Decimal(reserved))


def bought(quantity: str | int, day: int = 0, code: str = "PUR-1") -> Supply:
    on = MONDAY + timedelta(days=day)
    return Supply(SourceKind.PURCHASE, Decimal(quantity), on, 1, code)


def made(quantity: str | int, day: int = 0, code: str = "PO-1", peg: Peg | None = None) -> Supply:
    on = MONDAY + timedelta(days=day)
    line = peg.line if peg else None
    return Supply(SourceKind.PRODUCTION, Decimal(quantity), on, 1, code, line=line)


def met(
    needs: list[Need], on_hand: str | int = 0, supplies: list[Supply] | None = None
) -> list[tuple[str, str, Decimal]]:
    """Whose need is met, by what, and how much of it."""
    found = allocate(needs, Decimal(on_hand), supplies or [])
    return [
        (_owner(each), each.supply.document or each.supply.kind, each.quantity) for each in found
    ]


def _owner(each: Allocation) -> str:
    peg = each.need.peg
    return peg.production_order or f"{peg.sales_order}/{peg.line_number}"


def test_nothing_needed_takes_nothing() -> None:
    assert allocate([], Decimal(100), [bought(5)]) == []


def test_stock_is_taken_before_what_is_on_its_way() -> None:
    assert met([need(10)], 4, [bought(20)]) == [
        ("SO-1/1", "stock", Decimal(4)),
        ("SO-1/1", "PUR-1", Decimal(6)),
    ]


def test_what_nothing_meets_is_missing_to_the_tenth_of_a_gram() -> None:
    assert met([need("10.0001")], 4, [bought(6)])[-1] == ("SO-1/1", "missing", Decimal("0.0001"))


def test_the_earliest_need_is_met_first() -> None:
    later, sooner = need(10, day=2, peg=LINE), need(10, day=1, peg=OTHER_LINE)

    assert met([later, sooner], 10) == [
        ("SO-1/2", "stock", Decimal(10)),
        ("SO-1/1", "missing", Decimal(10)),
    ]


def test_needs_of_one_day_are_met_in_the_order_they_were_given() -> None:
    assert met([need(3, peg=OTHER_LINE), need(3, peg=LINE)], 3)[0][0] == "SO-1/2"


def test_the_earliest_supply_is_taken_first() -> None:
    supplies = [bought(5, day=9, code="LATE"), bought(5, day=1, code="SOON")]

    assert [document for _, document, _ in met([need(7)], 0, supplies)] == ["SOON", "LATE"]


def test_what_a_need_leaves_of_a_supply_goes_to_the_next() -> None:
    needs = [need(3), need(3, peg=OTHER_LINE)]

    assert met(needs, 0, [bought(5)]) == [
        ("SO-1/1", "PUR-1", Decimal(3)),
        ("SO-1/2", "PUR-1", Decimal(2)),
        ("SO-1/2", "missing", Decimal(1)),
    ]


def test_what_is_reserved_for_a_need_goes_to_it_before_earlier_needs() -> None:
    sooner, later = need(5, day=0), need(5, day=9, peg=OTHER_LINE, reserved=5)

    assert met([sooner, later], 5) == [
        ("SO-1/2", "reserved", Decimal(5)),
        ("SO-1/1", "missing", Decimal(5)),
    ]


def test_a_reservation_beyond_the_need_is_stock_for_others() -> None:
    assert met([need(2, reserved=5), need(3, peg=OTHER_LINE)], 5) == [
        ("SO-1/1", "reserved", Decimal(2)),
        ("SO-1/2", "stock", Decimal(3)),
    ]


def test_what_is_made_for_a_line_goes_to_it_before_earlier_needs() -> None:
    sooner, later = need(5, day=0), need(5, day=9, peg=OTHER_LINE)

    assert met([sooner, later], 0, [made(5, peg=OTHER_LINE)]) == [
        ("SO-1/2", "PO-1", Decimal(5)),
        ("SO-1/1", "missing", Decimal(5)),
    ]


def test_what_is_made_for_a_line_beyond_its_need_goes_to_others() -> None:
    needs = [need(2), need(5, peg=OTHER_LINE)]

    assert met(needs, 0, [made(5, peg=LINE)]) == [
        ("SO-1/1", "PO-1", Decimal(2)),
        ("SO-1/2", "PO-1", Decimal(3)),
        ("SO-1/2", "missing", Decimal(2)),
    ]


def test_what_is_made_for_a_line_meets_its_earliest_need_first() -> None:
    frame, lid = replace(LINE, production_order="FRAME"), replace(LINE, production_order="LID")
    supplies = [made(2, day=5, code="LATE", peg=LINE), made(2, day=1, code="SOON", peg=LINE)]

    assert met([need(2, day=6, peg=frame), need(2, day=2, peg=lid)], 0, supplies) == [
        ("LID", "SOON", Decimal(2)),
        ("FRAME", "LATE", Decimal(2)),
    ]


def test_what_is_made_for_stock_is_anybodys() -> None:
    assert met([need(5)], 0, [made(5)]) == [("SO-1/1", "PO-1", Decimal(5))]


def test_overdrawn_stock_is_met_before_everything_else() -> None:
    found = allocate([need(5)], Decimal(-2), [bought(4)])

    assert [(each.need.peg, each.supply.kind, each.quantity) for each in found] == [
        (Peg(), SourceKind.PURCHASE, Decimal(2)),
        (LINE, SourceKind.PURCHASE, Decimal(2)),
        (LINE, SourceKind.MISSING, Decimal(3)),
    ]


def test_more_reserved_than_is_on_hand_is_overdrawn() -> None:
    found = allocate([need(5, reserved=5)], Decimal(3), [])

    assert [(each.supply.kind, each.quantity) for each in found] == [
        (SourceKind.RESERVED, Decimal(5)),
        (SourceKind.MISSING, Decimal(2)),
    ]


@pytest.mark.parametrize("day,late", [(1, False), (2, False), (3, True)])
def test_what_comes_after_it_is_needed_is_late(day: int, late: bool) -> None:
    (allocation,) = allocate([need(1, day=2)], Decimal(0), [bought(1, day=day)])

    assert allocation.is_late is late


def test_what_is_in_stock_or_missing_is_never_late() -> None:
    found = allocate([need(5)], Decimal(1), [])

    assert [each.is_late for each in found] == [False, False]
    assert [each.is_missing for each in found] == [False, True]


def test_a_need_without_a_line_belongs_to_none() -> None:
    assert Peg(production_order_id=7, production_order="PO-7").line is None
    assert Peg(sales_order_id=7, sales_order="SO-7").line is None
    assert LINE.line == (1, 1)
