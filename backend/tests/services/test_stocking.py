"""A product gets the item that it is stocked as when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.models import Item, ItemType, Product
from app.services.errors import RuleError
from app.services.stocking import stock_item
from tests.factories import ItemFactory, ProductFactory

from .racing import meet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration


def items(db: Session) -> int | None:
    return db.scalar(select(func.count()).select_from(Item))


def test_a_product_that_is_kept_in_stock_is_stocked_as_its_item(db: Session) -> None:
    vase = ProductFactory.create(stocked=True)
    before = items(db)

    assert stock_item(db, vase) is vase.item
    assert items(db) == before


def test_an_item_is_made_with_the_products_sku_and_name(db: Session) -> None:
    ItemFactory.create(sku="BOWL")
    vase = ProductFactory.create(sku="VASE", name="Spiral Vase")

    item = stock_item(db, vase)
    db.expire_all()

    assert vase.item is item
    assert (item.sku, item.name, item.unit) == ("VASE", "Spiral Vase", "ea")
    assert item.item_type == ItemType.FINISHED_GOOD


def test_the_item_is_never_low_until_somebody_says_when(db: Session) -> None:
    item = stock_item(db, ProductFactory.create())

    assert item.reorder_point == 0


def test_the_item_is_made_once(db: Session) -> None:
    vase = ProductFactory.create()

    assert stock_item(db, vase) is stock_item(db, vase)
    assert items(db) == 1


def test_an_item_that_happens_to_have_the_sku_is_not_taken_for_the_product(db: Session) -> None:
    ItemFactory.create(sku="VASE")
    vase = ProductFactory.create(sku="VASE")

    with pytest.raises(RuleError, match="VASE is not kept in stock, and an item has its SKU"):
        stock_item(db, vase)

    assert vase.item is None
    assert items(db) == 1


@pytest.mark.committed_db
def test_two_who_need_the_item_at_once_get_the_same(db: Session) -> None:
    product_id = ProductFactory.create().id
    db.commit()
    found = []

    def need(session: Session) -> None:
        found.append(stock_item(session, session.get_one(Product, product_id)).id)

    assert meet(need, need) is None
    assert found[0] == found[1]
    assert items(db) == 1
