"""Bills are loaded with all that is made for them, and say what pieces take on one level."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.bills_of_materials import (
    Component,
    load_bills,
    load_revisions,
    needed_for,
    top_down,
)
from tests.factories import ProductFactory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration


def test_what_pieces_take_is_summed_by_item_before_it_is_rounded_up() -> None:
    lines = [
        Component(item_id=1, quantity_per=Decimal("0.00003"), made_as=None),
        Component(item_id=2, quantity_per=Decimal("25.5"), made_as=None),
        Component(item_id=1, quantity_per=Decimal("0.00003"), made_as=7),
    ]

    assert needed_for(lines, 3) == {1: Decimal("0.0002"), 2: Decimal("76.5")}


def test_no_pieces_take_nothing_of_each_item() -> None:
    assert needed_for([Component(1, Decimal("25.5"), None)], 0) == {1: 0}
    assert needed_for([], 5) == {}


@given(
    per=st.decimals(Decimal("0.00000001"), 500, places=8),
    parts=st.lists(st.integers(0, 40), max_size=8),
)
def test_the_parts_of_an_order_take_as_much_as_the_whole(per: Decimal, parts: list[int]) -> None:
    lines = [Component(1, per, None)]
    done = list(accumulate(parts, initial=0))

    taken = [
        needed_for(lines, after)[1] - needed_for(lines, before)[1]
        for before, after in pairwise(done)
    ]

    whole = needed_for(lines, done[-1])[1]
    assert sum(taken) == whole
    assert all(quantity >= 0 for quantity in taken)
    assert 0 <= whole - per * done[-1] < Decimal("0.0001")


def test_bills_are_loaded_of_the_products_and_of_all_made_for_them(db: Session) -> None:
    pin = ProductFactory.create(stocked=True, bom_lines=[{"quantity_per": Decimal(3)}])
    hinge = ProductFactory.create(stocked=True, bom_lines=[{"item": pin.item}])
    bought = ProductFactory.create(stocked=True)
    ProductFactory.create(with_bom=True)
    door = ProductFactory.create(
        bom_lines=[{"item": hinge.item}, {"item": pin.item}, {"item": bought.item}]
    )

    bills = load_bills(db, [door.id])

    assert {product: [line.made_as for line in lines] for product, lines in bills.items()} == {
        door.id: [hinge.id, pin.id, bought.id],
        hinge.id: [pin.id],
        pin.id: [None],
        bought.id: [],
    }


def test_the_lines_of_a_bill_come_in_the_order_of_their_writing(db: Session) -> None:
    later, earlier = {"id": 2, "quantity_per": Decimal(5)}, {"id": 1, "quantity_per": Decimal(3)}
    vase = ProductFactory.create(bom_lines=[later, earlier])

    assert [line.quantity_per for line in load_bills(db, [vase.id])[vase.id]] == [3, 5]


def test_no_products_have_no_bills(db: Session) -> None:
    assert load_bills(db, []) == {}


def test_each_product_comes_before_all_that_it_is_made_of(db: Session) -> None:
    pin = ProductFactory.create(stocked=True, with_bom=True)
    hinge = ProductFactory.create(stocked=True, bom_lines=[{"item": pin.item}])
    door = ProductFactory.create(bom_lines=[{"item": pin.item}, {"item": hinge.item}])

    sequence = top_down(db, load_bills(db, [pin.id, hinge.id, door.id]))

    assert sequence == [door.id, hinge.id, pin.id]


def test_revisions_are_loaded_whether_they_are_in_force_or_not(db: Session) -> None:
    scrap = Decimal("0.05")
    old = {"revision": 1, "quantity_per": Decimal(20), "scrap_factor": scrap}
    vase = ProductFactory.create(bom_revision=2, bom_lines=[old, {"revision": 2}])
    other = ProductFactory.create(bom_lines=[{}])
    wanted = [(vase.id, 1), (other.id, 1), (other.id, 2)]

    found = load_revisions(db, wanted)

    assert {key: [line.quantity_per for line in lines] for key, lines in found.items()} == {
        (vase.id, 1): [21],
        (other.id, 1): [1],
        (other.id, 2): [],
    }


def test_no_revisions_are_loaded_where_none_are_wanted(db: Session) -> None:
    assert load_revisions(db, []) == {}
