"""`low-stock-with-allocations`: below the reorder point, and partly promised."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.models import TransactionType
from app.services.errors import StockError
from app.services.inventory import low_stock
from app.services.movements import move
from tests.scenarios import LowStockWithAllocations, low_stock_with_allocations

from .scenarios import logged_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from .people import Worker

pytestmark = pytest.mark.integration


@pytest.fixture
def shelves(db: Session) -> LowStockWithAllocations:
    return low_stock_with_allocations(db)


@pytest.fixture
def admin(shelves: LowStockWithAllocations, make_sync_client: Callable[[], TestClient]) -> Worker:
    return logged_in(make_sync_client(), shelves.admin)


def test_what_is_low_is_what_filaops_finds_low(
    db: Session, shelves: LowStockWithAllocations
) -> None:
    found = {
        item.sku: [there.on_hand, there.reserved, there.available, item.reorder_point]
        for item, there in low_stock(db)
    }

    assert found == {
        "INSERT-M3": [150, 96, 54, 100],
        "PETG-CLEAR": [Decimal("1.5"), Decimal("0.6"), Decimal("0.9"), 2],
        "PLA-BLACK": [10, 6, 4, 5],
        "VASE-WAVE": [12, 8, 4, 5],
    }


def test_the_result_says_what_the_api_says(shelves: LowStockWithAllocations, admin: Worker) -> None:
    shown = {each["sku"]: each for each in admin.get("stock")}

    assert {each["sku"] for each in admin.get("stock", low=True)} == shelves.low.keys()
    for sku, shelf in (shelves.low | shelves.ample).items():
        for name in ("reorder_point", "on_hand", "reserved", "available"):
            assert shown[sku][name] == str(getattr(shelf, name))


def test_some_is_low_by_what_is_promised_and_some_by_what_is_there(
    shelves: LowStockWithAllocations,
) -> None:
    by_promise = {sku for sku, shelf in shelves.low.items() if shelf.on_hand > shelf.reorder_point}

    assert by_promise == {"INSERT-M3", "PLA-BLACK", "VASE-WAVE"}
    assert shelves.low.keys() - by_promise == {"PETG-CLEAR"}
    assert all(0 < shelf.reserved < shelf.on_hand for shelf in shelves.low.values())


def test_boxes_are_promised_too_and_enough_are_left(shelves: LowStockWithAllocations) -> None:
    assert shelves.ample.keys() == {"BOX-M"}
    boxes = shelves.ample["BOX-M"]
    assert [boxes.reserved, boxes.available, boxes.reorder_point] == [24, 76, 40]


def test_each_promise_has_an_order_that_needs_it(
    shelves: LowStockWithAllocations, admin: Worker
) -> None:
    (line,) = (each for each in shelves.sales_order.lines if each.reservation)
    held = {
        made.code: {each.item.sku: each.quantity for each in made.reservations}
        for made in (shelves.made_to_order, shelves.made_to_stock)
    }

    assert {line.product.sku: line.quantity_reserved} == {"VASE-WAVE": 8}
    assert held == {
        shelves.made_to_order.code: {"PLA-BLACK": 6, "INSERT-M3": 96, "BOX-M": 24},
        shelves.made_to_stock.code: {"PETG-CLEAR": Decimal("0.6")},
    }
    assert len(admin.get("reservations")) == 5


def test_what_is_promised_is_not_given_to_anybody_else(
    db: Session, shelves: LowStockWithAllocations
) -> None:
    pla = shelves.low["PLA-BLACK"]

    with pytest.raises(StockError, match=r"4\.5 kg asked for, 4 available \(10 on hand"):
        move(db, pla.item.id, TransactionType.ISSUE, Decimal("4.5"))
