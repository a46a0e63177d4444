"""Every product that takes an item is found, on every level, with how much it takes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.bills_of_materials import CircularBillError
from app.services.costing import Use, where_used
from app.services.movements import plain
from tests.factories import BOMLineFactory, ItemFactory, ProductFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item

pytestmark = pytest.mark.integration


def made_of(sku: str, *parts: tuple[Item, str], scrap: str = "0") -> Item:
    """The item that a product is stocked as which is made of so much of each item."""
    bill = [
        {"item": item, "quantity_per": Decimal(per), "scrap_factor": Decimal(scrap)}
        for item, per in parts
    ]
    item = ItemFactory.create(finished_good=True)
    ProductFactory.create(sku=sku, item=item, bom_lines=bill)
    return item


def uses(db: Session, item: Item) -> list[tuple[str, int, str]]:
    return [(use.sku, use.level, plain(use.quantity_per)) for use in where_used(db, item)]


def test_an_item_in_no_bill_is_used_nowhere(db: Session, item: Item) -> None:
    made_of("VASE", (ItemFactory.create(), "1"))

    assert where_used(db, item) == []


def test_a_use_says_how_much_one_piece_takes_with_scrap(db: Session, item: Item) -> None:
    bill = [{"item": item, "quantity_per": Decimal("25.5"), "scrap_factor": Decimal("0.05")}]
    vase = ProductFactory.create(sku="VASE", name="Spiral Vase", bom_lines=bill)

    assert where_used(db, item) == [Use(vase.id, "VASE", "Spiral Vase", 1, Decimal("26.775"))]


def test_the_uses_of_a_level_come_by_sku(db: Session, item: Item) -> None:
    for sku in ("VASE", "BOX", "LAMP"):
        made_of(sku, (item, "1"))

    assert uses(db, item) == [("BOX", 1, "1"), ("LAMP", 1, "1"), ("VASE", 1, "1")]


def test_two_lines_of_a_bill_are_one_use(db: Session, item: Item) -> None:
    made_of("VASE", (item, "2"), (item, "0.5"))

    assert uses(db, item) == [("VASE", 1, "2.5")]


def test_what_is_used_in_a_part_is_used_in_the_whole(db: Session, item: Item) -> None:
    pin = made_of("PIN", (item, "3"), scrap="0.1")
    hinge = made_of("HINGE", (pin, "2"))
    made_of("DOOR", (hinge, "4"), scrap="0.5")

    assert uses(db, item) == [
        ("PIN", 1, "3.3"),
        ("HINGE", 2, "6.6"),
        ("DOOR", 3, "39.6"),
    ]


def test_a_product_that_takes_it_by_two_ways_on_one_level_is_named_once(
    db: Session, item: Item
) -> None:
    left, right = made_of("LEFT", (item, "2")), made_of("RIGHT", (item, "3"))
    made_of("DOOR", (left, "10"), (right, "100"))

    assert uses(db, item)[2:] == [("DOOR", 2, "320")]


def test_a_product_that_takes_it_on_two_levels_is_named_on_both(db: Session, item: Item) -> None:
    pin = made_of("PIN", (item, "2"))
    made_of("DOOR", (pin, "10"), (item, "7"))

    assert uses(db, item) == [("DOOR", 1, "7"), ("PIN", 1, "2"), ("DOOR", 2, "20")]


def test_many_ways_up_are_no_circle(db: Session, item: Item) -> None:
    below = item
    for level in range(6):
        left, right = made_of(f"L{level}", (below, "1")), made_of(f"R{level}", (below, "1"))
        below = made_of(f"T{level}", (left, "1"), (right, "1"))

    assert uses(db, item)[-1] == ("T5", 12, str(2**6))


def test_a_product_that_is_not_kept_in_stock_is_used_in_nothing_more(
    db: Session, item: Item
) -> None:
    ProductFactory.create(sku="VASE", bom_lines=[{"item": item}])

    assert uses(db, item) == [("VASE", 1, "1")]


@pytest.mark.parametrize("in_force,found", [(1, [("VASE", 1, "1")]), (2, [])])
def test_only_revisions_in_force_use_an_item(
    db: Session, item: Item, in_force: int, found: list[tuple[str, int, str]]
) -> None:
    lines = [{"item": item, "revision": 1}, {"revision": 2}]
    ProductFactory.create(sku="VASE", bom_revision=in_force, bom_lines=lines)

    assert uses(db, item) == found


def test_little_of_little_is_shown_to_the_tenth_of_a_gram_halves_up(
    db: Session, item: Item
) -> None:
    pin = made_of("PIN", (item, "0.01"))
    made_of("DOOR", (pin, "0.005"))

    assert uses(db, item)[-1] == ("DOOR", 2, "0.0001")


def test_a_circle_above_an_item_is_refused_and_named(db: Session, item: Item) -> None:
    arm = made_of("ARM", (item, "1"))
    hand = made_of("HAND", (arm, "1"))
    BOMLineFactory.create(product=arm.product, item=hand)

    with pytest.raises(CircularBillError, match=r"ARM > HAND > ARM|HAND > ARM > HAND"):
        where_used(db, item)


def test_a_circle_far_above_an_item_is_refused_too(db: Session, item: Item) -> None:
    top = made_of("TOP", (made_of("LOW", (item, "1")), "1"))
    BOMLineFactory.create(product=top.product, item=top)

    with pytest.raises(CircularBillError, match="TOP > TOP"):
        where_used(db, item)


def test_each_level_costs_one_statement(
    db: Session, item: Item, query_counter: Callable[[], int]
) -> None:
    pins = [made_of(f"PIN-{number}", (item, "1")) for number in range(9)]
    made_of("DOOR", *((pin, "1") for pin in pins))
    before = query_counter()

    where_used(db, item)

    assert query_counter() - before == 3
