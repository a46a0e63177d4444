"""What is there of each item, what of it is promised, and what it is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.inventory import Stock, low_stock, on_hand, reserved, stock, valuation
from app.services.reservations import reserve
from tests.factories import ItemFactory, ProductionOrderFactory, SalesOrderLineFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item
    from tests.factories import InventoryTransactionFactory

pytestmark = pytest.mark.integration


def item_with(on_hand: str, **values: object) -> Item:
    """An item of which so much was received."""
    return ItemFactory.create(inventory_transactions=[{"quantity": Decimal(on_hand)}], **values)


def low(db: Session) -> list[str]:
    return [item.sku for item, _ in low_stock(db)]


def test_stock_is_the_sum_of_its_movements_to_the_tenth_of_a_gram(
    db: Session, item: Item, inventory_transaction_factory: type[InventoryTransactionFactory]
) -> None:
    for quantity in ("1000", "-25.5", "0.5", "0.0001"):
        inventory_transaction_factory.create(item=item, quantity=Decimal(quantity))

    assert on_hand(db, [item.id]) == {item.id: Decimal("975.0001")}


def test_every_kind_of_movement_counts_with_its_sign(
    db: Session, item: Item, inventory_transaction_factory: type[InventoryTransactionFactory]
) -> None:
    movements = {"receive": 100, "return": 7, "adjust": -3, "issue": -20, "scrap": -1, "ship": -50}
    for kind, quantity in movements.items():
        inventory_transaction_factory.create(
            item=item, transaction_type=kind, quantity=Decimal(quantity)
        )

    assert on_hand(db, [item.id]) == {item.id: 33}


def test_stock_that_was_overdrawn_is_shown_as_it_is(
    db: Session, item: Item, inventory_transaction_factory: type[InventoryTransactionFactory]
) -> None:
    inventory_transaction_factory.create(item=item, quantity=Decimal(-4))

    assert on_hand(db, [item.id]) == {item.id: -4}


@pytest.mark.parametrize("amounts", [on_hand, reserved])
def test_what_never_moved_is_zero_and_nothing_else_is_named(
    db: Session, amounts: Callable[[Session, list[int]], dict[int, Decimal]]
) -> None:
    asked, other = ItemFactory.create(), item_with("5")
    reserve(db, ProductionOrderFactory.create(), other, Decimal(5))

    assert amounts(db, [asked.id]) == {asked.id: 0}
    assert amounts(db, []) == {}


def test_what_is_reserved_is_summed_over_those_it_is_promised_to(db: Session) -> None:
    item = item_with("10")
    reserve(db, ProductionOrderFactory.create(), item, Decimal("2.5"))
    reserve(db, ProductionOrderFactory.create(), item, Decimal("0.0001"))
    reserve(db, SalesOrderLineFactory.create(), item, Decimal(3))

    assert reserved(db, [item.id]) == {item.id: Decimal("5.5001")}


def test_what_is_promised_is_there_and_not_available(db: Session) -> None:
    item = item_with("10")
    reserve(db, ProductionOrderFactory.create(), item, Decimal("2.5"))

    there = stock(db, [item.id])

    assert there == {item.id: Stock(on_hand=Decimal(10), reserved=Decimal("2.5"))}
    assert there[item.id].available == Decimal("7.5")


def test_the_stock_of_many_items_costs_two_statements(
    db: Session, query_counter: Callable[[], int]
) -> None:
    ids = [item.id for item in ItemFactory.create_batch(20, with_stock=True)]
    before = query_counter()

    stock(db, ids)

    assert query_counter() - before == 2


@pytest.mark.parametrize("there,is_low", [("9.9999", True), ("10", True), ("10.0001", False)])
def test_stock_is_low_from_the_reorder_point_down(db: Session, there: str, is_low: bool) -> None:
    item_with(there, sku="SCREW", reorder_point=Decimal(10))

    assert low(db) == (["SCREW"] if is_low else [])


def test_promised_stock_does_not_keep_an_item_from_being_low(db: Session) -> None:
    item = item_with("100", reorder_point=Decimal(10))
    reserve(db, ProductionOrderFactory.create(), item, Decimal(90))

    assert low_stock(db) == [(item, Stock(on_hand=Decimal(100), reserved=Decimal(90)))]


def test_an_item_that_was_never_received_is_low(db: Session) -> None:
    ItemFactory.create(sku="SCREW", reorder_point=Decimal("0.0001"))

    assert low(db) == ["SCREW"]


def test_an_item_without_a_reorder_point_is_never_low(db: Session) -> None:
    ItemFactory.create(reorder_point=Decimal(0))

    assert low(db) == []


def test_low_stock_comes_by_sku(db: Session) -> None:
    for sku in ("PLA", "BOX", "SCREW"):
        ItemFactory.create(sku=sku)

    assert low(db) == ["BOX", "PLA", "SCREW"]


def test_more_low_items_cost_no_more_statements(
    db: Session, query_counter: Callable[[], int]
) -> None:
    ItemFactory.create_batch(20)
    before = query_counter()

    low_stock(db)

    assert query_counter() - before == 3


@pytest.mark.parametrize(
    "quantity,cost,worth",
    [
        ("1000", "0.0251", "25.10"),
        ("5", "0.0250", "0.13"),
        ("3", "0.0250", "0.08"),
        ("1", "0.0049", "0.00"),
    ],
)
def test_stock_is_worth_its_unit_cost_to_the_cent_halves_up(
    db: Session, quantity: str, cost: str, worth: str
) -> None:
    item_with(quantity, unit_cost=Decimal(cost))

    (valued,) = valuation(db)

    assert str(valued.value) == worth


def test_a_valuation_says_what_is_valued(db: Session) -> None:
    item = item_with("2.5", sku="PLA", name="White PLA", unit="kg", unit_cost=Decimal(20))

    (valued,) = valuation(db)

    assert (valued.item_id, valued.sku, valued.name, valued.unit) == (
        item.id,
        "PLA",
        "White PLA",
        "kg",
    )
    assert (valued.on_hand, valued.unit_cost) == (Decimal("2.5"), Decimal(20))
    assert valued.value == 50


def test_promised_stock_is_worth_something_until_it_is_taken(db: Session) -> None:
    item = item_with("4", unit_cost=Decimal("2.50"))
    reserve(db, ProductionOrderFactory.create(), item, Decimal(4))

    assert [valued.value for valued in valuation(db)] == [Decimal("10.00")]


def test_what_is_not_there_is_not_valued(db: Session) -> None:
    ItemFactory.create()
    ItemFactory.create(
        inventory_transactions=[{"quantity": Decimal("7.5")}, {"quantity": Decimal("-7.5")}]
    )

    assert valuation(db) == []


def test_the_movements_of_an_item_are_valued_as_one_stock(db: Session) -> None:
    moved = [{"quantity": Decimal(n)} for n in (10, -3, 1)]
    ItemFactory.create(unit_cost=Decimal(2), inventory_transactions=moved)

    assert [valued.value for valued in valuation(db)] == [16]


def test_stock_is_valued_by_sku(db: Session) -> None:
    for sku in ("PLA", "BOX", "SCREW", "ABS", "MOTOR"):
        item_with("1", sku=sku)

    assert [valued.sku for valued in valuation(db)] == ["ABS", "BOX", "MOTOR", "PLA", "SCREW"]
