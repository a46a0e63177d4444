"""What open production orders need, against what is there and on its way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.bills_of_materials import CircularBillError
from app.services.demand import shortages
from tests.factories import (
    BOMLineFactory,
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


def test_nothing_runs_short_where_nothing_is_made(db: Session, vase: Product) -> None:
    assert shortages(db) == []


def test_what_is_still_to_be_made_needs_material(db: Session, vase: Product) -> None:
    ProductionOrderFactory.create(
        product=vase, status="in_progress", quantity_completed=5, quantity_scrapped=2
    )

    assert missing(db) == {"PLA": 3 * Decimal("25.5")}


def test_all_open_orders_share_one_stock(db: Session, vase: Product, pla: Item) -> None:
    ProductionOrderFactory.create(product=vase)
    ProductionOrderFactory.create(product=vase, quantity_ordered=4)
    bowl = ProductFactory.create(bom_lines=[{"item": pla, "quantity_per": Decimal("0.0001")}])
    ProductionOrderFactory.create(product=bowl, quantity_ordered=3)
    InventoryTransactionFactory.create(item=pla, quantity=Decimal(300))

    assert missing(db) == {"PLA": 14 * Decimal("25.5") + Decimal("0.0003") - 300}


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
    assert shortage.on_hand == 100 + 40
    assert shortage.on_order == 40
    assert shortage.missing == 255 - 100 - 40 - 40


@pytest.mark.parametrize("stock,short", [("255", []), ("254.9999", [Decimal("0.0001")])])
def test_what_is_just_covered_is_not_short(
    db: Session, vase: Product, pla: Item, stock: str, short: list[Decimal]
) -> None:
    ProductionOrderFactory.create(product=vase)
    InventoryTransactionFactory.create(item=pla, quantity=Decimal(stock))

    assert [shortage.missing for shortage in shortages(db)] == short


def test_overdrawn_stock_is_short_by_what_it_is_overdrawn_too(
    db: Session, vase: Product, pla: Item
) -> None:
    ProductionOrderFactory.create(product=vase)
    InventoryTransactionFactory.create(item=pla, quantity=Decimal(-5))

    assert missing(db) == {"PLA": 255 + 5}


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


def test_a_part_that_is_in_stock_needs_no_material(db: Session, vase: Product, pla: Item) -> None:
    lid = ItemFactory.create(sku="LID", finished_good=True)
    ProductFactory.create(item=lid, bom_lines=[{"item": pla, "quantity_per": Decimal(2)}])
    jar = ProductFactory.create(bom_lines=[{"item": lid}])
    InventoryTransactionFactory.create(item=lid, quantity=Decimal(10))
    ProductionOrderFactory.create(product=jar)

    assert missing(db) == {}


def test_what_is_missing_is_followed_down_every_level(db: Session, pla: Item) -> None:
    items = {sku: ItemFactory.create(sku=sku, finished_good=True) for sku in ("PIN", "HINGE")}
    ProductFactory.create(
        item=items["PIN"], bom_lines=[{"item": pla, "quantity_per": Decimal("1.25")}]
    )
    ProductFactory.create(
        item=items["HINGE"], bom_lines=[{"item": items["PIN"], "quantity_per": Decimal(3)}]
    )
    door = ProductFactory.create(
        bom_lines=[
            {"item": items["HINGE"], "quantity_per": Decimal(2)},
            {"item": items["PIN"], "quantity_per": Decimal(1)},
        ]
    )
    InventoryTransactionFactory.create(item=items["PIN"], quantity=Decimal(6))
    ProductionOrderFactory.create(product=door, quantity_ordered=4)

    pins = 4 * 2 * 3 + 4
    assert missing(db) == {"HINGE": 8, "PIN": pins - 6, "PLA": (pins - 6) * Decimal("1.25")}


def test_a_part_that_nobody_can_make_is_bought(db: Session) -> None:
    motor = ItemFactory.create(sku="MOTOR")
    ProductFactory.create(item=motor)
    robot = ProductFactory.create(bom_lines=[{"item": motor}])
    ProductionOrderFactory.create(product=robot)

    (shortage,) = shortages(db)

    assert (shortage.sku, shortage.made_here) == ("MOTOR", False)
    assert shortage.missing == 10


def test_a_circle_among_open_orders_is_refused_and_named(db: Session) -> None:
    loop = ProductFactory.create(sku="LOOP", stocked=True, with_bom=True)
    BOMLineFactory.create(product=loop, item=loop.item)
    ProductionOrderFactory.create(product=loop)

    with pytest.raises(CircularBillError, match="LOOP > LOOP"):
        shortages(db)


def test_more_orders_cost_no_more_statements(
    db: Session, vase: Product, query_counter: Callable[[], int]
) -> None:
    counts = []
    for orders in (1, 19):
        ProductionOrderFactory.create_batch(orders, product=vase)
        before = query_counter()
        assert missing(db)
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]
