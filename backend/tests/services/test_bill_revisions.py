"""A bill is changed by its next revision; those before are kept, to be put in force again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.models import Item, Product
from app.services.bill_revisions import NewBOMLine, put_in_force, revise
from app.services.errors import InvalidInputError, NotFoundError, StaleVersionError
from app.services.order_supply import lines_of
from tests.factories import (
    BOMLineFactory,
    ItemFactory,
    ProductFactory,
    ProductionOrderFactory,
)

from .racing import meet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration

FIVE = Decimal(5)


@pytest.fixture
def vase() -> Product:
    """A product whose bill has one revision, of a single line."""
    return ProductFactory.create(sku="VASE", version=7, bom_lines=[{"item__sku": "PLA"}])


def skus(product: Product) -> list[str]:
    return [line.item.sku for line in product.bill]


def test_the_next_revision_is_in_force_at_once(db: Session, vase: Product, item: Item) -> None:
    line = NewBOMLine(item.id, Decimal("25.5"), Decimal("0.05"))

    revised = revise(db, vase.id, 7, [line])
    db.expire_all()

    assert revised is vase
    assert (vase.bom_revision, vase.version) == (2, 8)
    assert [(each.item, each.quantity_per, each.scrap_factor) for each in vase.bill] == [
        (item, Decimal("25.5"), Decimal("0.05"))
    ]


def test_the_revision_before_is_kept_as_it_was(db: Session, vase: Product, item: Item) -> None:
    (old,) = vase.bom_lines

    revise(db, vase.id, 7, [NewBOMLine(item.id, FIVE)])
    db.expire_all()

    assert vase.bom_lines[0] is old
    assert (old.revision, old.item.sku) == (1, "PLA")
    assert old.quantity_per == 1


def test_a_product_that_was_read_before_shows_its_new_bill(
    db: Session, vase: Product, item: Item
) -> None:
    assert skus(vase) == ["PLA"]

    revise(db, vase.id, 7, [NewBOMLine(item.id, FIVE)])

    assert [line.item_id for line in vase.bill] == [item.id]


def test_the_first_bill_of_a_product_is_revision_one(db: Session, item: Item) -> None:
    ProductFactory.create(bom_revision=4, bom_lines=[{"revision": 4}])
    product = ProductFactory.create()

    revise(db, product.id, product.version, [NewBOMLine(item.id, FIVE)])

    assert product.bom_revision == 1
    assert [line.revision for line in product.bill] == [1]


def test_nothing_is_lost_to_scrap_unless_it_is_said(db: Session, vase: Product, item: Item) -> None:
    revise(db, vase.id, 7, [NewBOMLine(item.id, FIVE)])

    assert [line.scrap_factor for line in vase.bill] == [0]


def test_the_lines_keep_their_order_and_may_name_an_item_twice(db: Session, vase: Product) -> None:
    pla, box = ItemFactory.create(), ItemFactory.create()
    named = [box, pla, box]

    revise(db, vase.id, 7, [NewBOMLine(item.id, FIVE) for item in named])
    db.expire_all()

    assert [line.item for line in vase.bill] == named


def test_the_next_revision_comes_after_the_highest_and_not_after_the_one_in_force(
    db: Session, vase: Product, item: Item
) -> None:
    BOMLineFactory.create(product=vase, revision=4)

    revise(db, vase.id, 7, [NewBOMLine(item.id, FIVE)])

    assert vase.bom_revision == 5


def test_a_revision_may_be_empty_and_keeps_its_number(
    db: Session, vase: Product, item: Item
) -> None:
    revise(db, vase.id, 7, [])
    assert (vase.bom_revision, vase.bill) == (2, [])

    revise(db, vase.id, 8, [NewBOMLine(item.id, FIVE)])

    assert vase.bom_revision == 3


def test_an_older_revision_is_put_in_force_again(db: Session, vase: Product, item: Item) -> None:
    revise(db, vase.id, 7, [NewBOMLine(item.id, FIVE)])

    again = put_in_force(db, vase.id, 8, 1)
    db.expire_all()

    assert again is vase
    assert (vase.bom_revision, vase.version) == (1, 9)
    assert skus(vase) == ["PLA"]
    assert len(vase.bom_lines) == 2


def test_a_later_revision_is_put_in_force_too(db: Session, vase: Product) -> None:
    BOMLineFactory.create(product=vase, revision=2, item__sku="PETG")

    put_in_force(db, vase.id, 7, 2)

    assert skus(vase) == ["PETG"]


@pytest.mark.parametrize("version", [6, 8])
def test_a_bill_of_another_version_is_not_revised(db: Session, vase: Product, version: int) -> None:
    with pytest.raises(StaleVersionError):
        revise(db, vase.id, version, [])

    assert (vase.bom_revision, vase.version) == (1, 7)


@pytest.mark.parametrize("version", [6, 8])
def test_in_a_product_of_another_version_nothing_is_put_in_force(
    db: Session, vase: Product, version: int
) -> None:
    with pytest.raises(StaleVersionError):
        put_in_force(db, vase.id, version, 1)


@pytest.mark.parametrize("frozen,made_of", [(1, "PLA"), (None, "PETG")])
def test_an_order_that_was_released_goes_on_with_its_revision(
    db: Session, vase: Product, frozen: int | None, made_of: str
) -> None:
    order = ProductionOrderFactory.create(product=vase, bom_revision=frozen)
    petg = ItemFactory.create(sku="PETG")

    revise(db, vase.id, 7, [NewBOMLine(petg.id, FIVE)])

    assert [db.get_one(Item, line.item_id).sku for line in lines_of(db, order)] == [made_of]


def test_a_product_that_does_not_exist_has_no_bill_to_change(db: Session) -> None:
    with pytest.raises(NotFoundError, match="no product has the id 0"):
        revise(db, 0, 1, [])
    with pytest.raises(NotFoundError, match="no product has the id 0"):
        put_in_force(db, 0, 1, 1)


@pytest.mark.parametrize("revision", [0, 2])
def test_a_revision_that_does_not_exist_is_not_put_in_force(
    db: Session, vase: Product, revision: int
) -> None:
    with pytest.raises(NotFoundError, match=f"VASE has no revision {revision} of its bill"):
        put_in_force(db, vase.id, 7, revision)


def test_items_that_do_not_exist_are_named(db: Session, vase: Product, item: Item) -> None:
    lines = [NewBOMLine(number, FIVE) for number in (4712, item.id, 4711)]

    with pytest.raises(InvalidInputError, match="no item has the id 4711, 4712"):
        revise(db, vase.id, 7, lines)


@pytest.mark.committed_db
def test_of_two_edits_of_one_version_the_second_is_stale(db: Session, vase: Product) -> None:
    product_id, item_id = vase.id, vase.bom_lines[0].item_id
    db.commit()

    def edit(session: Session) -> None:
        revise(session, product_id, 7, [NewBOMLine(item_id, FIVE)])

    assert isinstance(meet(edit, edit), StaleVersionError)
