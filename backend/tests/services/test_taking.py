"""What is promised to an owner leaves the stock for it, and the owner shows what is left."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import pytest
from sqlalchemy import func, select

from app.models import ProductionOrder, Reservation, SalesOrderLine, TransactionType
from app.services.errors import StockError
from app.services.inventory import Stock, stock
from app.services.reservations import (
    release,
    reservation_of,
    reserve,
    reserved_for,
    take,
)
from tests.factories import ItemFactory, ProductionOrderFactory, SalesOrderLineFactory

if TYPE_CHECKING:
    from collections.abc import Callable

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


def as_it_shows(owner: Owner) -> list[Decimal]:
    """The quantities that the owner's own relationship holds."""
    if isinstance(owner, SalesOrderLine):
        return [owner.reservation.quantity] if owner.reservation else []
    return [reservation.quantity for reservation in owner.reservations]


def test_what_is_taken_leaves_the_stock_and_its_reservation(
    db: Session, owner: Owner, item: Item
) -> None:
    reserve(db, owner, item, Decimal(6))

    movement = take(db, owner, item, Decimal("2.5"), TransactionType.ISSUE, "PO-1")
    db.expire_all()

    assert movement is not None
    assert (movement.quantity, movement.reference) == (Decimal("-2.5"), "PO-1")
    assert there(db, item) == Stock(on_hand=Decimal("7.5"), reserved=Decimal("3.5"))


def test_a_reservation_that_is_used_up_is_gone(db: Session, owner: Owner, item: Item) -> None:
    reserve(db, owner, item, Decimal(6))

    take(db, owner, item, Decimal(6), TransactionType.SHIP, "SO-1")

    assert reservations(db) == 0
    assert there(db, item) == Stock(on_hand=Decimal(4), reserved=Decimal(0))


def test_what_the_reservation_lacks_is_taken_from_what_is_available(
    db: Session, owner: Owner, other: ProductionOrder, item: Item
) -> None:
    reserve(db, other, item, Decimal(3))
    reserve(db, owner, item, Decimal(2))

    take(db, owner, item, Decimal(7), TransactionType.ISSUE, "PO-1")

    assert reservation_of(db, owner, item.id) is None
    assert there(db, item) == Stock(on_hand=Decimal(3), reserved=Decimal(3))


def test_what_is_promised_to_others_is_not_taken(
    db: Session, owner: Owner, other: ProductionOrder, item: Item
) -> None:
    reserve(db, other, item, Decimal(3))
    reserve(db, owner, item, Decimal(2))

    with pytest.raises(StockError, match=r"5\.0001 ea asked for, 5 available"):
        take(db, owner, item, Decimal("7.0001"), TransactionType.ISSUE, "PO-1")

    assert reserved_for(db, owner, item.id) == 2
    assert there(db, item) == Stock(on_hand=Decimal(10), reserved=Decimal(5))


def test_an_owner_without_a_reservation_takes_what_is_available(
    db: Session, owner: Owner, item: Item
) -> None:
    take(db, owner, item, Decimal(10), TransactionType.SCRAP, "PO-1")

    assert there(db, item).on_hand == 0


def test_an_owner_without_a_reservation_takes_no_more_than_is_available(
    db: Session, owner: Owner, other: ProductionOrder, item: Item
) -> None:
    reserve(db, other, item, Decimal(3))

    with pytest.raises(StockError, match=r"7\.0001 ea asked for, 7 available"):
        take(db, owner, item, Decimal("7.0001"), TransactionType.SCRAP, "PO-1")


def test_taking_nothing_is_no_movement(
    db: Session, owner: Owner, item: Item, query_counter: Callable[[], int]
) -> None:
    before = query_counter()

    assert take(db, owner, item, Decimal(0), TransactionType.ISSUE, "PO-1") is None
    assert query_counter() == before


@pytest.mark.parametrize("was_read", [True, False])
def test_an_owner_that_was_read_before_shows_every_change(
    db: Session, owner: Owner, item: Item, was_read: bool
) -> None:
    shown = [as_it_shows(owner)] if was_read else [[]]

    reserve(db, owner, item, Decimal(5))
    shown.append(as_it_shows(owner))
    reserve(db, owner, item, Decimal(1))
    shown.append(as_it_shows(owner))
    take(db, owner, item, Decimal(2), TransactionType.ISSUE, "PO-1")
    shown.append(as_it_shows(owner))
    take(db, owner, item, Decimal(4), TransactionType.ISSUE, "PO-1")
    shown.append(as_it_shows(owner))

    assert shown == [[], [5], [6], [4], []]


def test_an_owner_that_was_read_before_shows_that_all_was_released(
    db: Session, owner: Owner, item: Item
) -> None:
    reserve(db, owner, item, Decimal(5))
    assert as_it_shows(owner) == [5]

    release(db, [owner])

    assert as_it_shows(owner) == []


def test_what_was_never_read_is_released_and_taken_too(
    db: Session, owner: Owner, item: Item
) -> None:
    reserve(db, owner, item, Decimal(5))
    db.expire_all()

    take(db, owner, item, Decimal(5), TransactionType.ISSUE, "PO-1")

    assert reservations(db) == 0
