"""What is on its way into stock: what vendors owe, and what is still to be made."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.models import PurchaseOrderStatus
from app.services.supply import in_production, on_purchase_order
from tests.factories import (
    ItemFactory,
    ProductFactory,
    ProductionOrderFactory,
    PurchaseOrderFactory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("amounts", [on_purchase_order, in_production])
def test_what_is_not_on_its_way_is_zero_and_nothing_else_is_named(
    db: Session, item: Item, amounts: Callable[[Session, list[int]], dict[int, Decimal]]
) -> None:
    other = ProductFactory.create(stocked=True)
    ProductionOrderFactory.create(product=other)
    PurchaseOrderFactory.create(status="ordered", lines=[{"item": other.item}])

    assert amounts(db, [item.id]) == {item.id: 0}
    assert amounts(db, []) == {}


@pytest.mark.parametrize("amounts", [on_purchase_order, in_production])
def test_many_items_cost_one_statement(
    db: Session,
    query_counter: Callable[[], int],
    amounts: Callable[[Session, list[int]], dict[int, Decimal]],
) -> None:
    ids = [item.id for item in ItemFactory.create_batch(20)]
    before = query_counter()

    amounts(db, ids)

    assert query_counter() - before == 1


def test_vendors_owe_what_is_ordered_and_not_received(db: Session, item: Item) -> None:
    ordered = {"item": item, "quantity": Decimal("2.5")}
    partly = {"item": item, "quantity": Decimal(8), "quantity_received": Decimal("7.75")}
    PurchaseOrderFactory.create(status="ordered", lines=[ordered])
    PurchaseOrderFactory.create(status="partly_received", lines=[partly])

    assert on_purchase_order(db, [item.id]) == {item.id: Decimal("2.75")}


@pytest.mark.parametrize("status", ["draft", "received", "cancelled"])
def test_nothing_is_owed_on_an_order_that_is_not_open(db: Session, item: Item, status: str) -> None:
    PurchaseOrderFactory.create(status=status, lines=[{"item": item, "quantity_received": 0}])

    assert on_purchase_order(db, [item.id]) == {item.id: 0}


def test_drafts_are_counted_where_they_are_asked_for(db: Session, item: Item) -> None:
    PurchaseOrderFactory.create(status="draft", lines=[{"item": item, "quantity": Decimal(4)}])
    PurchaseOrderFactory.create(status="ordered", lines=[{"item": item, "quantity": Decimal(9)}])

    drafted = on_purchase_order(db, [item.id], [PurchaseOrderStatus.DRAFT])

    assert drafted == {item.id: 4}


@pytest.mark.parametrize("status", ["draft", "released", "in_progress"])
def test_open_production_will_add_what_is_neither_completed_nor_scrapped(
    db: Session, item: Item, status: str
) -> None:
    product = ProductFactory.create(item=item)
    done = {"quantity_completed": 5, "quantity_scrapped": 2}
    ProductionOrderFactory.create(product=product, status=status, quantity_ordered=10, **done)
    ProductionOrderFactory.create(product=product, quantity_ordered=4)
    ProductionOrderFactory.create(product__stocked=True)

    assert in_production(db, [item.id]) == {item.id: 10 - 5 - 2 + 4}


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_production_that_is_over_adds_nothing(db: Session, item: Item, status: str) -> None:
    product = ProductFactory.create(item=item)
    ProductionOrderFactory.create(product=product, status=status)

    assert in_production(db, [item.id]) == {item.id: 0}


def test_a_product_that_is_not_kept_in_stock_adds_to_no_item(db: Session, item: Item) -> None:
    ProductionOrderFactory.create(product=ProductFactory.create(item=None))

    assert in_production(db, [item.id]) == {item.id: 0}
