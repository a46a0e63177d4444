"""Stock is promised to one owner at a time, and free again once it is released."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import pytest
from sqlalchemy import func, select

from app.models import ProductionOrder, Reservation, SalesOrderLine
from app.services.errors import StockError
from app.services.inventory import Stock, stock
from app.services.reservations import (
    release,
    reservation_of,
    reserve,
    reserve_what_is_there,
    reserved_for,
)
from tests.factories import ItemFactory, ProductionOrderFactory, SalesOrderLineFactory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item

    Owner: TypeAlias = SalesOrderLine | ProductionOrder

pytestmark = pytest.mark.integration


@pytest.fixture
def item() -> Item:
    """Ten pieces of an item."""
    return ItemFactory.create(sku="LAMP", inventory_transactions=[{"quantity": Decimal(10)}])


@pytest.fixture(params=[SalesOrderLineFactory, ProductionOrderFactory])
def owner(request: pytest.FixtureRequest) -> Owner:
    """A line of a sales order, and a production order."""
    made: Owner = request.param.create()
    return made


@pytest.fixture
def other() -> ProductionOrder:
    """Somebody else who takes the item."""
    return ProductionOrderFactory.create()


def there(db: Session, item: Item) -> Stock:
    return stock(db, [item.id])[item.id]


def reservations(db: Session) -> int | None:
    return db.scalar(select(func.count()).select_from(Reservation))


def test_what_is_reserved_is_promised_and_stays_in_stock(
    db: Session, owner: Owner, item: Item
) -> None:
    reserve(db, owner, item, Decimal("2.5"))
    db.expire_all()

    assert reserved_for(db, owner, item.id) == Decimal("2.5")
    assert there(db, item) == Stock(on_hand=Decimal(10), reserved=Decimal("2.5"))


def test_more_of_the_same_is_added_to_one_reservation(
    db: Session, owner: Owner, item: Item
) -> None:
    reserve(db, owner, item, Decimal("2.5"))
    reserve(db, owner, item, Decimal("0.0001"))
    db.expire_all()

    assert reserved_for(db, owner, item.id) == Decimal("2.5001")
    assert reservations(db) == 1


def test_each_owner_has_a_reservation_of_its_own(
    db: Session, owner: Owner, other: ProductionOrder, item: Item
) -> None:
    reserve(db, owner, item, Decimal(2))
    reserve(db, other, item, Decimal(3))

    assert reserved_for(db, owner, item.id) == 2
    assert reserved_for(db, other, item.id) == 3


def test_a_production_order_has_a_reservation_of_each_item(
    db: Session, other: ProductionOrder, item: Item
) -> None:
    screw = ItemFactory.create(with_stock=True)
    reserve(db, other, item, Decimal(2))
    reserve(db, other, screw, Decimal(3))

    assert reserved_for(db, other, item.id) == 2
    assert reserved_for(db, other, screw.id) == 3


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_nothing_or_less_is_not_reserved(
    db: Session, owner: Owner, item: Item, quantity: str
) -> None:
    reserve(db, owner, item, Decimal(quantity))

    assert reservation_of(db, owner, item.id) is None
    assert reserved_for(db, owner, item.id) == 0


def test_all_that_is_available_can_be_reserved(
    db: Session, owner: Owner, other: ProductionOrder, item: Item
) -> None:
    reserve(db, other, item, Decimal("7.5"))

    reserve(db, owner, item, Decimal("2.5"))

    assert there(db, item).available == 0


def test_what_is_promised_already_is_not_promised_again(
    db: Session, owner: Owner, other: ProductionOrder, item: Item
) -> None:
    reserve(db, other, item, Decimal("7.5"))

    with pytest.raises(StockError, match=r"LAMP: 2\.5001 ea asked for, 2\.5 available"):
        reserve(db, owner, item, Decimal("2.5001"))

    assert reserved_for(db, owner, item.id) == 0


def test_an_owners_own_reservation_is_not_available_to_it_twice(
    db: Session, owner: Owner, item: Item
) -> None:
    reserve(db, owner, item, Decimal(6))

    with pytest.raises(StockError):
        reserve(db, owner, item, Decimal(6))

    assert reserved_for(db, owner, item.id) == 6


@pytest.mark.parametrize(
    "wanted,taken", [("4", "4"), ("7.5", "7.5"), ("7.5001", "7.5"), ("100", "7.5")]
)
def test_what_is_there_is_reserved_as_far_as_it_is_wanted(
    db: Session, owner: Owner, other: ProductionOrder, item: Item, wanted: str, taken: str
) -> None:
    reserve(db, other, item, Decimal("2.5"))

    assert reserve_what_is_there(db, owner, item, Decimal(wanted)) == Decimal(taken)
    assert reserved_for(db, owner, item.id) == Decimal(taken)


@pytest.mark.parametrize("wanted", ["0", "-3"])
def test_where_nothing_is_wanted_nothing_is_reserved(
    db: Session, owner: Owner, item: Item, wanted: str
) -> None:
    assert reserve_what_is_there(db, owner, item, Decimal(wanted)) == 0
    assert reservations(db) == 0


@pytest.mark.parametrize("on_hand", ["0", "-4"])
def test_of_stock_that_is_out_or_overdrawn_nothing_is_reserved(
    db: Session, owner: Owner, on_hand: str
) -> None:
    item = ItemFactory.create(inventory_transactions=[{"quantity": Decimal(on_hand)}])

    assert reserve_what_is_there(db, owner, item, Decimal(1)) == 0
    assert reservations(db) == 0


def test_what_is_released_is_available_again(db: Session, owner: Owner, item: Item) -> None:
    reserve(db, owner, item, Decimal(6))

    release(db, [owner])

    assert there(db, item) == Stock(on_hand=Decimal(10), reserved=Decimal(0))


def test_a_production_order_lets_go_of_every_item(
    db: Session, other: ProductionOrder, item: Item
) -> None:
    reserve(db, other, item, Decimal(2))
    reserve(db, other, ItemFactory.create(with_stock=True), Decimal(3))

    release(db, [other])

    assert reservations(db) == 0


def test_what_others_were_promised_stays(
    db: Session, owner: Owner, other: ProductionOrder, item: Item
) -> None:
    reserve(db, owner, item, Decimal(2))
    reserve(db, other, item, Decimal(3))

    release(db, [owner])

    assert reserved_for(db, other, item.id) == 3
    assert reservations(db) == 1


def test_who_was_promised_nothing_has_nothing_to_let_go_of(db: Session, owner: Owner) -> None:
    release(db, [owner])
    release(db, [])

    assert reservations(db) == 0


def test_what_was_released_can_be_reserved_again(db: Session, owner: Owner, item: Item) -> None:
    reserve(db, owner, item, Decimal(6))
    release(db, [owner])

    reserve(db, owner, item, Decimal(7))
    db.expire_all()

    assert reserved_for(db, owner, item.id) == 7
