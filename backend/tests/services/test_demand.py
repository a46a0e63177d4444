"""What open production orders need, against what is there and on its way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.demand import shortages
from app.services.inventory import on_hand
from tests.factories import (
    InventoryTransactionFactory,
    ItemFactory,
    ProductFactory,
    ProductionOrderFactory,
    PurchaseOrderFactory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, Product

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return ItemFactory.create(sku="PLA", filament=True)


@pytest.fixture
def vase(pla: Item) -> Product:
    return ProductFactory.create(bom_lines=[{"item": pla, "quantity_per": Decimal("25.5")}])


def missing(db: Session) -> dict[str, Decimal]:
    return {shortage.sku: shortage.missing for shortage in shortages(db)}


def test_stock_is_the_sum_of_its_movements(db: Session, pla: Item) -> None:
    for quantity in ("1000", "-25.5", "0.5"):
        InventoryTransactionFactory.create(item=pla, quantity=Decimal(quantity))

    assert on_hand(db, [pla.id]) == {pla.id: Decimal("975")}


def test_the_stock_of_many_items_costs_one_query(
    db: Session, query_counter: Callable[[], int]
) -> None:
    items = ItemFactory.create_batch(3, with_stock=True)
    before = query_counter()

    stock = on_hand(db, [item.id for item in items])

    assert list(stock.values()) == [110, 110, 110]
    assert query_counter() - before == 1


def test_what_is_still_to_be_made_needs_material(db: Session, vase: Product) -> None:
    ProductionOrderFactory.create(product=vase, half_completed=True, scrapped=True)

    assert missing(db) == {"PLA": 3 * Decimal("25.5")}


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_an_order_that_is_over_needs_nothing(db: Session, vase: Product, status: str) -> None:
    ProductionOrderFactory.create(product=vase, status=status)

    assert missing(db) == {}


def test_stock_and_what_vendors_owe_cover_the_need(db: Session, vase: Product, pla: Item) -> None:
    ProductionOrderFactory.create(product=vase)
    InventoryTransactionFactory.create(item=pla, quantity=Decimal(100))
    PurchaseOrderFactory.create(
        partly_received=True, lines=[{"item": pla, "quantity": Decimal(80)}]
    )

    (shortage,) = shortages(db)

    assert shortage.required == 255
    assert shortage.on_hand == 100
    assert shortage.on_order == 40
    assert shortage.missing == 255 - 100 - 40


def test_a_purchase_order_that_was_not_placed_covers_nothing(
    db: Session, vase: Product, pla: Item
) -> None:
    ProductionOrderFactory.create(product=vase)
    PurchaseOrderFactory.create(draft=True, lines=[{"item": pla, "quantity": Decimal(500)}])

    assert missing(db) == {"PLA": 255}


def test_a_missing_part_that_is_made_here_needs_its_own_material(
    db: Session, vase: Product, pla: Item
) -> None:
    lid = ItemFactory.create(sku="LID", finished_good=True)
    lids = ProductFactory.create(item=lid, bom_lines=[{"item": pla, "quantity_per": Decimal(2)}])
    jar = ProductFactory.create(bom_lines=[{"item": lid}])
    InventoryTransactionFactory.create(item=lid, quantity=Decimal(1))
    ProductionOrderFactory.create(product=lids, quantity_ordered=4)
    ProductionOrderFactory.create(product=jar, quantity_ordered=10)

    assert missing(db) == {"LID": 10 - 1 - 4, "PLA": 2 * (4 + 5)}
    assert [shortage.made_here for shortage in shortages(db)] == [True, False]
