"""Two databases are the same up to ids and sequences, and differ in everything else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests import factories as f

from .snapshots import differences, left_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    Make = Callable[[], object]

pytestmark = pytest.mark.integration


def two_orders(*customers: int) -> Make:
    """Two orders, of these of two customers."""

    def make() -> None:
        known = f.CustomerFactory.create_batch(2)
        for number in customers:
            f.SalesOrderFactory.create(customer=known[number])

    return make


def received_for(number: int) -> Make:
    """A receipt for one of two orders from two vendors, of whom one is far away."""

    def make() -> None:
        near, far = (
            f.PurchaseOrderFactory.create(),
            f.PurchaseOrderFactory.create(expected_date=None),
        )
        code = [near, far][number].code
        f.InventoryTransactionFactory.create(reference=code)

    return make


def moved(**values: Any) -> Make:
    return lambda: f.InventoryTransactionFactory.create(**values)


@pytest.mark.parametrize(
    "left,right",
    [
        (lambda: f.ItemFactory.create(), lambda: f.ItemFactory.create(sku="ITEM-0777")),
        (two_orders(0, 1), two_orders(1, 0)),
        (two_orders(0, 0), two_orders(1, 1)),
        (received_for(1), received_for(1)),
        (moved(), moved(created_at="2001-01-01T00:00:00Z")),
    ],
)
def test_ids_sequences_and_hours_do_not_count(db: Session, left: Make, right: Make) -> None:
    assert differences(left_by(db, left), left_by(db, right)) == []


@pytest.mark.parametrize(
    "left,right",
    [
        (moved(), moved(quantity=Decimal("100.0001"))),
        (moved(), moved(notes=None)),
        (moved(reference="TEST-1"), moved(reference="SPARE-1")),
        (two_orders(0, 1), two_orders(0, 0)),
        (two_orders(0, 1), two_orders(0)),
        (received_for(0), received_for(1)),
        (
            lambda: f.ProductFactory.create(stocked=True),
            lambda: f.ProductFactory.create(stocked=True, item__sku="ITEM-0001"),
        ),
        (
            lambda: f.ProductFactory.create(stocked=True, item__sku="PROD-0001"),
            lambda: f.ProductFactory.create(stocked=True, item__sku="PROD-0002"),
        ),
    ],
)
def test_all_else_counts(db: Session, left: Make, right: Make) -> None:
    assert differences(left_by(db, left), left_by(db, right)) != []


def test_a_value_that_differs_is_shown_by_itself(db: Session) -> None:
    found = differences(
        left_by(db, moved(notes=None)), left_by(db, moved(notes=None, quantity=Decimal(7)))
    )

    row = "inventory_transactions transaction_type=receive quantity={} reference={} notes=None {}"
    values = ("TEST-RECEIVE", "created_at=set")
    assert found == [
        f"- {row.format('100.0000', *values)}",
        f"+ {row.format('7.0000', *values)}",
    ]


def test_what_was_compared_is_undone(db: Session) -> None:
    kept = f.ItemFactory.create(sku="KEPT")

    found = left_by(db, lambda: f.ItemFactory.create())

    assert sum(kind == "items" for kind, _ in found) == 2
    assert f.ItemFactory.create().sku == "ITEM-0002"
    assert kept.sku == "KEPT"
