"""No product is ever made of itself, whichever bill is written or put in force."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models import BOMLine, Item, Product
from app.services.bill_revisions import NewBOMLine, put_in_force, revise
from app.services.bills_of_materials import CircularBillError
from tests.factories import (
    BOMLineFactory,
    ItemFactory,
    ProductFactory,
)

from .racing import meet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration

FIVE = Decimal(5)


def items(*skus: str) -> list[Item]:
    """The items that new products of these SKUs are stocked as."""
    made = [ItemFactory.create(finished_good=True) for _ in skus]
    for sku, item in zip(skus, made, strict=True):
        ProductFactory.create(sku=sku, item=item)
    return made


def write(db: Session, made: Item, *parts: Item) -> Product:
    """The next revision of the bill of the product that is stocked as an item."""
    product = db.scalars(select(Product).where(Product.item == made)).one()
    return revise(db, product.id, product.version, [NewBOMLine(part.id, FIVE) for part in parts])


def test_a_product_cannot_be_made_of_itself(db: Session) -> None:
    (vase,) = items("VASE")

    with pytest.raises(CircularBillError, match="VASE > VASE"):
        write(db, vase, vase)


def test_a_product_cannot_be_made_of_what_is_made_of_it(db: Session) -> None:
    screw, hinge, door = items("SCREW", "HINGE", "DOOR")
    write(db, hinge, screw)
    write(db, door, hinge)

    with pytest.raises(CircularBillError, match="DOOR > HINGE > SCREW"):
        write(db, screw, door)


def test_a_part_used_by_two_ways_is_no_circle(db: Session) -> None:
    pin, left, right, door = items("PIN", "LEFT", "RIGHT", "DOOR")
    write(db, left, pin)
    write(db, right, pin)

    assert len(write(db, door, left, right, pin).bill) == 3


def test_a_revision_that_makes_a_circle_by_now_is_not_put_in_force(db: Session) -> None:
    arm, hand = items("ARM", "HAND")
    hands = write(db, hand, arm)
    write(db, hand, ItemFactory.create())
    write(db, arm, hand)

    with pytest.raises(CircularBillError):
        put_in_force(db, hands.id, hands.version, 1)


def test_a_circle_is_broken_by_another_revision(db: Session, item: Item) -> None:
    (loop,) = items("LOOP")
    BOMLineFactory.create(product=loop.product, item=loop)

    assert [line.item for line in write(db, loop, item).bill] == [item]


def test_a_circle_somewhere_else_does_not_matter(db: Session, item: Item) -> None:
    vase, loop = items("VASE", "LOOP")
    BOMLineFactory.create(product=loop.product, item=loop)

    assert [line.item for line in write(db, vase, item).bill] == [item]


def test_a_product_made_of_nothing_is_no_circle(db: Session) -> None:
    (vase,) = items("VASE")

    assert write(db, vase).bill == []


@pytest.mark.committed_db
def test_two_bills_that_make_a_circle_together_are_not_both_written(db: Session) -> None:
    arm, hand = items("ARM", "HAND")
    db.expunge_all()  # the items go from session to session
    db.commit()

    refused = meet(
        lambda session: write(session, arm, hand), lambda session: write(session, hand, arm)
    )

    assert isinstance(refused, CircularBillError)
    assert {line.product.sku for line in db.scalars(select(BOMLine))} == {"ARM"}
