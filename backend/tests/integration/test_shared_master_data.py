"""Two people at the same master data: what one relies on, the other does not take away."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.models import Item, Product, Role, TransactionType, User, Vendor
from app.services import bill_revisions, catalog, master_data, movements, users
from app.services.bills_of_materials import CircularBillError
from app.services.errors import RuleError

from .collisions import collide

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tests.factories import ProductFactory, UserFactory

    Work: TypeAlias = Callable[[Session], Any]

pytestmark = [pytest.mark.integration, pytest.mark.committed_db]


def test_two_bills_changed_at_once_do_not_name_each_other(
    db: Session, product_factory: type[ProductFactory]
) -> None:
    lamp, shade = product_factory.create_batch(2, stocked=True)

    def made_of(product: Product, part: Product) -> Work:
        assert part.item_id is not None
        product_id, line = product.id, bill_revisions.NewBOMLine(part.item_id, Decimal(1))
        return lambda db: bill_revisions.revise(db, product_id, 1, [line]).bom_revision

    first, second = collide(made_of(lamp, shade), made_of(shade, lamp))

    assert first == 1
    assert isinstance(second, CircularBillError)


def test_a_unit_that_a_bill_is_being_written_in_is_not_changed(
    db: Session, item: Item, product: Product
) -> None:
    item_id, product_id = item.id, product.id
    line = bill_revisions.NewBOMLine(item_id, Decimal(1))

    _, refusal = collide(
        lambda db: bill_revisions.revise(db, product_id, 1, [line]).bom_revision,
        lambda db: catalog.edit_item(db, item_id, 1, {"unit": "kg"}).id,
    )

    assert isinstance(refusal, RuleError)
    assert item.unit == "ea"


def test_a_product_whose_pieces_are_being_booked_stays_the_item_that_it_is(
    db: Session, item: Item, product_factory: type[ProductFactory]
) -> None:
    vase = product_factory.create(stocked=True)
    other_id, product_id, stocked_as = item.id, vase.id, vase.item_id
    assert stocked_as is not None

    _, refusal = collide(
        lambda db: movements.move(db, stocked_as, TransactionType.RECEIVE, Decimal(1)).id,
        lambda db: catalog.edit_product(db, product_id, 1, {"item_id": other_id}).id,
    )

    assert isinstance(refusal, RuleError)


def test_a_vendor_who_is_being_preferred_is_not_deleted(
    db: Session, item: Item, vendor: Vendor
) -> None:
    item_id, vendor_id = item.id, vendor.id

    _, refusal = collide(
        lambda db: catalog.edit_item(db, item_id, 1, {"preferred_vendor_id": vendor_id}).id,
        lambda db: master_data.delete(db, Vendor, vendor_id),
    )

    assert isinstance(refusal, RuleError)
    assert item.preferred_vendor == vendor


def test_a_vendor_who_is_being_deleted_is_not_preferred(
    db: Session, item: Item, vendor: Vendor
) -> None:
    item_id, vendor_id = item.id, vendor.id

    _, refusal = collide(
        lambda db: master_data.delete(db, Vendor, vendor_id),
        lambda db: catalog.edit_item(db, item_id, 1, {"preferred_vendor_id": vendor_id}).id,
    )

    assert isinstance(refusal, IntegrityError)
    assert item.preferred_vendor is None


def test_two_administrators_cannot_put_each_other_out(
    db: Session, user_factory: type[UserFactory]
) -> None:
    ada, bob = (user.id for user in user_factory.create_batch(2, admin=True))

    _, second = collide(
        lambda db: users.edit(db, ada, bob, {"is_active": False}).id,
        lambda db: users.edit(db, bob, ada, {"is_active": False}).id,
    )

    assert isinstance(second, RuleError)
    active = select(func.count()).where(User.role == Role.ADMIN, User.is_active)
    assert db.scalar(active) == 1
