"""What is there of each item, and what is on its way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.inventory import in_production, on_hand, on_purchase_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item
    from tests.factories import (
        InventoryTransactionFactory,
        ItemFactory,
        ProductFactory,
        ProductionOrderFactory,
        PurchaseOrderFactory,
    )

pytestmark = pytest.mark.integration


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


def test_stock_may_be_overdrawn(
    db: Session, item: Item, inventory_transaction_factory: type[InventoryTransactionFactory]
) -> None:
    inventory_transaction_factory.create(item=item, quantity=Decimal(-4))

    assert on_hand(db, [item.id]) == {item.id: -4}


@pytest.mark.parametrize("amounts", [on_hand, on_purchase_order, in_production])
def test_what_never_moved_is_zero_and_nothing_else_is_named(
    db: Session,
    item_factory: type[ItemFactory],
    amounts: Callable[[Session, list[int]], dict[int, Decimal]],
) -> None:
    asked = item_factory.create()
    item_factory.create(with_stock=True)

    assert amounts(db, [asked.id]) == {asked.id: 0}
    assert amounts(db, []) == {}


@pytest.mark.parametrize("amounts", [on_hand, on_purchase_order, in_production])
def test_many_items_cost_one_statement(
    db: Session,
    item_factory: type[ItemFactory],
    query_counter: Callable[[], int],
    amounts: Callable[[Session, list[int]], dict[int, Decimal]],
) -> None:
    ids = [item.id for item in item_factory.create_batch(20, with_stock=True)]
    before = query_counter()

    amounts(db, ids)

    assert query_counter() - before == 1


def test_vendors_owe_what_is_ordered_and_not_received(
    db: Session, item: Item, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    ordered = {"item": item, "quantity": Decimal("2.5")}
    partly = {"item": item, "quantity": Decimal(8), "quantity_received": Decimal("7.75")}
    purchase_order_factory.create(ordered=True, lines=[ordered])
    purchase_order_factory.create(partly_received=True, lines=[partly])

    assert on_purchase_order(db, [item.id]) == {item.id: Decimal("2.75")}


@pytest.mark.parametrize("status", ["draft", "received", "cancelled"])
def test_nothing_is_owed_on_an_order_that_is_not_open(
    db: Session, item: Item, purchase_order_factory: type[PurchaseOrderFactory], status: str
) -> None:
    purchase_order_factory.create(status=status, lines=[{"item": item, "quantity_received": 0}])

    assert on_purchase_order(db, [item.id]) == {item.id: 0}


@pytest.mark.parametrize("status", ["draft", "released", "in_progress"])
def test_open_production_will_add_what_is_still_to_make(
    db: Session,
    item: Item,
    product_factory: type[ProductFactory],
    production_order_factory: type[ProductionOrderFactory],
    status: str,
) -> None:
    product = product_factory.create(item=item)
    production_order_factory.create(product=product, status=status)
    production_order_factory.create(product=product, half_completed=True, scrapped=True)

    coming = in_production(db, [item.id])

    assert coming == {item.id: 10 + (10 - 5 - 2)}


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_production_that_is_over_adds_nothing(
    db: Session,
    item: Item,
    product_factory: type[ProductFactory],
    production_order_factory: type[ProductionOrderFactory],
    status: str,
) -> None:
    product = product_factory.create(item=item)
    production_order_factory.create(product=product, status=status)

    assert in_production(db, [item.id]) == {item.id: 0}
