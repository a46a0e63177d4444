"""Whoever changes a row holds it, and sees it as it is then."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.database import SessionLocal
from app.models import BOMLine, Item, Product, PurchaseOrder, PurchaseOrderLine, SalesOrder
from app.services.errors import InvalidInputError, NotFoundError, StaleVersionError
from app.services.locking import (
    lock_items,
    locked,
    name_of,
    require,
    require_all,
    take_version,
)
from tests.factories import ItemFactory, ProductFactory, PurchaseOrderFactory

from .racing import meet

if TYPE_CHECKING:
    from sqlalchemy import Update

pytestmark = pytest.mark.integration

Lock: TypeAlias = Callable[[Session, int], Item]

by_each_lock = pytest.mark.parametrize(
    "lock",
    [
        lambda db, item_id: locked(db, Item, item_id),
        lambda db, item_id: lock_items(db, [item_id])[item_id],
    ],
    ids=["locked", "lock_items"],
)


def behind_its_back(db: Session, change: Update) -> None:
    """A change of which the session's objects hear nothing, as one that another has committed."""
    db.execute(change, execution_options={"synchronize_session": False})


@by_each_lock
def test_a_locked_row_is_as_it_is_in_the_database_now(db: Session, item: Item, lock: Lock) -> None:
    behind_its_back(db, update(Item).values(name="Renamed"))

    assert item.name != "Renamed"
    assert lock(db, item.id) is item
    assert item.name == "Renamed"


@by_each_lock
def test_what_was_changed_and_not_written_is_not_lost_to_the_lock(
    db: Session, item: Item, lock: Lock
) -> None:
    item.name = "Renamed"

    assert lock(db, item.id).name == "Renamed"


def test_what_hangs_on_a_locked_row_is_read_again_too(db: Session) -> None:
    order = PurchaseOrderFactory.create(lines=[{"quantity": Decimal(10)}])
    (line,) = order.lines
    behind_its_back(db, update(PurchaseOrderLine).values(quantity_received=Decimal(3)))

    locked(db, PurchaseOrder, order.id)

    assert line.quantity_received == 3


@by_each_lock
@pytest.mark.committed_db
def test_who_comes_second_waits_and_sees_what_the_first_did(db: Session, lock: Lock) -> None:
    item_id = ItemFactory.create(reorder_point=Decimal(1)).id
    db.commit()

    def add_one(session: Session) -> None:
        lock(session, item_id).reorder_point += 1
        session.flush()

    assert meet(add_one, add_one) is None
    db.expire_all()
    assert db.get_one(Item, item_id).reorder_point == 3


@by_each_lock
@pytest.mark.committed_db
def test_a_locked_row_can_be_referred_to_meanwhile(db: Session, lock: Lock) -> None:
    item_id = ItemFactory.create().id
    db.commit()
    refer = select(Item.id).with_for_update(read=True, key_share=True, nowait=True)

    with SessionLocal() as first, SessionLocal() as second:
        lock(first, item_id)

        assert second.scalar(refer) == item_id


@pytest.mark.committed_db
def test_a_row_that_is_to_be_deleted_cannot_be_referred_to_any_more(db: Session) -> None:
    item_id = ItemFactory.create().id
    db.commit()
    refer = select(Item.id).with_for_update(read=True, key_share=True, nowait=True)

    with SessionLocal() as first, SessionLocal() as second:
        locked(first, Item, item_id, exclusively=True)

        with pytest.raises(OperationalError) as refused:
            second.scalar(refer)
    assert isinstance(refused.value.orig, LockNotAvailable)


@pytest.mark.committed_db
def test_items_are_locked_by_their_ids_however_they_are_named(db: Session) -> None:
    # the higher lies before the lower
    high, low = ItemFactory.create(id=2).id, ItemFactory.create(id=1).id
    db.commit()
    tried = []

    def try_low(session: Session) -> None:
        with pytest.raises(OperationalError) as refused:
            session.scalar(select(Item.id).where(Item.id == low).with_for_update(nowait=True))
        tried.append(refused.value.orig)

    refused = meet(
        first=lambda session: lock_items(session, [high]),
        second=lambda session: lock_items(session, [high, low]),
        meanwhile=try_low,
    )

    assert refused is None
    assert isinstance(tried[0], LockNotAvailable)


@pytest.mark.parametrize(
    "model,name", [(SalesOrder, "sales order"), (Item, "item"), (BOMLine, "bill of materials line")]
)
def test_what_does_not_exist_cannot_be_locked(db: Session, model: Any, name: str) -> None:
    with pytest.raises(NotFoundError, match=rf"^no {name} has the id 4711$"):
        locked(db, model, 4711)


def test_items_that_do_not_exist_are_left_out(db: Session, item: Item) -> None:
    assert lock_items(db, [item.id, 4711]) == {item.id: item}
    assert lock_items(db, []) == {}


def test_what_an_input_refers_to_is_found(db: Session, item: Item) -> None:
    assert require(db, Item, item.id) is item


def test_what_an_input_refers_to_must_exist(db: Session) -> None:
    with pytest.raises(InvalidInputError, match=r"^no purchase order has the id 4711$"):
        require(db, PurchaseOrder, 4711)


def test_all_that_an_input_refers_to_is_found_by_id(db: Session) -> None:
    first, second, _ = ItemFactory.create_batch(3)

    assert require_all(db, Item, {second.id, first.id}) == {first.id: first, second.id: second}
    assert require_all(db, Item, []) == {}


def test_all_that_is_missing_is_named_in_order(db: Session) -> None:
    product = ProductFactory.create()

    with pytest.raises(InvalidInputError, match=r"^no product has the id 4711, 4712$"):
        require_all(db, Product, [4712, product.id, 4711])


def test_an_edit_raises_the_version(db: Session) -> None:
    item = ItemFactory.create(version=7)

    take_version(item, 7)

    assert item.version == 8


@pytest.mark.parametrize("version", [6, 8])
def test_an_edit_of_another_version_is_refused(db: Session, version: int) -> None:
    item = ItemFactory.create(version=7)

    with pytest.raises(
        StaleVersionError, match=rf"^version {version} was edited, 7 is the latest; read it again"
    ):
        take_version(item, version)

    assert item.version == 7


@pytest.mark.parametrize(
    "model,name",
    [
        (Item, "item"),
        (PurchaseOrderLine, "purchase order line"),
        (BOMLine, "bill of materials line"),
    ],
)
def test_rows_are_named_as_people_name_them(model: Any, name: str) -> None:
    assert name_of(model) == name
