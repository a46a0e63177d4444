"""Whatever is needed, reserved, made and bought: no need is forgotten, no supply used twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.demand.netting import Allocation, Need, Peg, SourceKind, Supply, allocate

from .test_netting import LINE, OTHER_LINE, bought, made, need

pytestmark = pytest.mark.unit

quantities = st.decimals("0", "50", places=4)
days = st.integers(0, 5)
pegs = st.sampled_from([LINE, OTHER_LINE, Peg(production_order_id=1, production_order="PO-9")])
any_needs = st.lists(st.builds(need, quantities, days, pegs, quantities), max_size=6)
any_supplies = st.lists(
    st.builds(bought, quantities, days, st.just("PUR-1"))
    | st.builds(made, quantities, days, st.just("PO-1"), pegs),
    max_size=6,
)
stocks = st.decimals("-20", "100", places=4)


def total(quantities: list[Decimal]) -> Decimal:
    return sum(quantities, Decimal(0))


def of_peg(found: list[Allocation], peg: Peg) -> Decimal:
    return total([each.quantity for each in found if each.need.peg == peg])


@given(any_needs, stocks, any_supplies)
def test_every_need_is_allocated_exactly(
    needs: list[Need], on_hand: Decimal, supplies: list[Supply]
) -> None:
    found = allocate(needs, on_hand, supplies)

    for peg in {each.peg for each in needs}:
        assert of_peg(found, peg) == total([each.quantity for each in needs if each.peg == peg])


@given(any_needs, stocks, any_supplies)
def test_no_supply_is_used_twice(
    needs: list[Need], on_hand: Decimal, supplies: list[Supply]
) -> None:
    given_out: defaultdict[str, Decimal] = defaultdict(Decimal)
    numbered = [replace(each, document=f"{n}") for n, each in enumerate(supplies)]
    for each in allocate(needs, on_hand, numbered):
        given_out[each.supply.document or each.supply.kind] += each.quantity

    assert all(given_out[f"{n}"] <= each.quantity for n, each in enumerate(supplies))
    assert given_out["stock"] <= max(on_hand, Decimal(0))


@given(any_needs, stocks, any_supplies)
def test_missing_is_what_needs_exceed_stock_and_supplies_by(
    needs: list[Need], on_hand: Decimal, supplies: list[Supply]
) -> None:
    found = allocate(needs, on_hand, supplies)

    missing = total([each.quantity for each in found if each.is_missing])
    wanted = total([each.quantity for each in needs])
    there = on_hand + total([each.quantity for each in supplies])
    assert missing == max(Decimal(0), wanted - there)


@given(any_needs, stocks, any_supplies)
def test_what_is_reserved_is_kept_for_its_owner(
    needs: list[Need], on_hand: Decimal, supplies: list[Supply]
) -> None:
    found = allocate(needs, on_hand, supplies)

    kept = [each.quantity for each in found if each.supply.kind == SourceKind.RESERVED]
    assert total(kept) == total([min(each.quantity, each.reserved) for each in needs])


@given(any_needs, stocks, any_supplies)
def test_no_allocation_is_empty_or_negative(
    needs: list[Need], on_hand: Decimal, supplies: list[Supply]
) -> None:
    assert all(each.quantity > 0 for each in allocate(needs, on_hand, supplies))
