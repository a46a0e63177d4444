"""Planning an order again covers what was lost since, and nothing twice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production, sales_orders, shipping
from app.services.bill_revisions import NewBOMLine, revise

from . import farm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, SalesOrder

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 5000)


@pytest.fixture
def lid(pla: Item) -> Item:
    return farm.part("LID", (pla, 2))


def covered(order: SalesOrder) -> object:
    """All that is reserved and raised for an order, to compare."""
    made = [(o.id, o.quantity_ordered, farm.reserved_of(o)) for o in order.production_orders]
    return farm.promised(order), made


def test_covering_twice_changes_nothing(db: Session, pla: Item) -> None:
    bolt = farm.part("BOLT", (pla, 3), quantity=5)
    arm, leg = farm.part("ARM", (bolt, "0.5")), farm.part("LEG", (bolt, 3))
    robot = farm.product("ROBOT", (arm, 2), (leg, 1), item=farm.shelf("ROBOT", 1))
    order = farm.confirmed(db, (robot, 4), (robot, 2), (farm.product("PLAIN"), 1))
    before = covered(order)

    sales_orders.plan(db, order.id)

    db.expire_all()
    assert covered(order) == before


def test_covering_again_half_way_changes_nothing(db: Session, lid: Item, pla: Item) -> None:
    jar = farm.product("JAR", (lid, 1), (pla, 10))
    order = farm.confirmed(db, (jar, 10))
    farm.printed(db, farm.made_for(order, "LID"), good=10)
    farm.printed(db, farm.made_for(order, "JAR"), good=4)
    shipping.ship(db, order.id, {1: 3})
    before = covered(order)

    sales_orders.plan(db, order.id)

    assert covered(order) == before


@pytest.mark.parametrize("sku", ["JAR", "LID"])
def test_what_comes_into_stock_is_not_taken_where_it_is_being_made(
    db: Session, lid: Item, sku: str
) -> None:
    jar = farm.product("JAR", (lid, 1), item=farm.shelf("JAR"))
    order = farm.confirmed(db, (jar, 10))
    before = covered(order)
    item = farm.made_for(order, sku).product.item
    assert item is not None
    farm.put_in_stock(item, 10)

    sales_orders.plan(db, order.id)

    assert covered(order) == before


def test_scrapped_pieces_are_made_again(db: Session, pla: Item) -> None:
    order = farm.confirmed(db, (farm.product("VASE", (pla, 10)), 10))
    farm.printed(db, order.production_orders[0], good=8, scrapped=2)

    sales_orders.plan(db, order.id)

    assert farm.orders_for(order) == [("VASE", 10, "completed"), ("VASE", 2, "draft")]


def test_scrapped_pieces_are_made_again_while_the_others_are_printed(
    db: Session, pla: Item
) -> None:
    vase = farm.product("VASE", (pla, 10), item=farm.shelf("VASE"))
    order = farm.confirmed(db, (vase, 10))
    farm.printed(db, order.production_orders[0], good=3, scrapped=3)
    assert vase.item is not None
    farm.put_in_stock(vase.item, 1)

    sales_orders.plan(db, order.id)

    assert farm.promised(order) == [3 + 1]
    assert farm.orders_for(order) == [("VASE", 10, "in_progress"), ("VASE", 2, "draft")]


def test_scrapped_parts_are_made_again(db: Session, lid: Item) -> None:
    order = farm.confirmed(db, (farm.product("JAR", (lid, 1)), 10))
    farm.printed(db, farm.made_for(order, "LID"), good=7, scrapped=3)

    sales_orders.plan(db, order.id)

    assert farm.orders_for(order)[1:] == [("LID", 10, "completed"), ("LID", 3, "draft")]


def test_rework_needs_its_parts_again(db: Session, lid: Item) -> None:
    order = farm.confirmed(db, (farm.product("JAR", (lid, 1)), 10))
    farm.printed(db, farm.made_for(order, "LID"), good=10)
    farm.printed(db, farm.made_for(order, "JAR"), good=9, scrapped=1)

    sales_orders.plan(db, order.id)

    assert farm.orders_for(order)[2:] == [("JAR", 1, "draft"), ("LID", 1, "draft")]


def test_parts_whose_production_was_cancelled_are_raised_again(db: Session, lid: Item) -> None:
    order = farm.confirmed(db, (farm.product("JAR", (lid, 1)), 10))
    production.cancel(db, farm.made_for(order, "LID").id)

    sales_orders.plan(db, order.id)

    assert farm.orders_for(order)[1:] == [("LID", 10, "cancelled"), ("LID", 10, "draft")]


def test_what_was_shipped_is_not_covered_again(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, 10), item=farm.shelf("VASE", 4))
    order = farm.confirmed(db, (vase, 10))
    shipping.ship(db, order.id, {1: 3})
    production.cancel(db, order.production_orders[0].id)

    sales_orders.plan(db, order.id)

    assert farm.promised(order) == [1]
    assert farm.orders_for(order)[1:] == [("VASE", 6, "draft")]


def test_a_draft_is_covered_by_the_bill_now_in_force(db: Session, lid: Item, pla: Item) -> None:
    jar = farm.product("JAR", (lid, 1))
    order = farm.confirmed(db, (jar, 10))
    cap = farm.part("CAP", (pla, 1))
    revise(db, jar.id, jar.version, [NewBOMLine(cap.id, Decimal(2))])

    sales_orders.plan(db, order.id)

    assert farm.orders_for(order)[2:] == [("CAP", 20, "draft")]


def test_what_a_draft_no_longer_takes_is_there_for_the_next(
    db: Session, lid: Item, pla: Item
) -> None:
    farm.put_in_stock(lid, 20)
    jar = farm.product("JAR", (lid, 2))
    order, other = farm.confirmed(db, (jar, 10)), farm.product("BOX", (lid, 1))
    revise(db, jar.id, jar.version, [NewBOMLine(lid.id, Decimal("0.5"))])

    sales_orders.plan(db, order.id)

    assert farm.reserved_of(farm.made_for(order, "JAR")) == {"LID": 5}
    assert farm.orders_for(farm.confirmed(db, (other, 15))) == [("BOX", 15, "draft")]


def test_a_part_that_left_the_bill_is_no_longer_reserved(db: Session, lid: Item, pla: Item) -> None:
    farm.put_in_stock(lid, 10)
    jar = farm.product("JAR", (lid, 1))
    order = farm.confirmed(db, (jar, 10))
    revise(db, jar.id, jar.version, [NewBOMLine(pla.id, Decimal(1))])

    sales_orders.plan(db, order.id)

    db.expire_all()
    assert farm.reserved_of(farm.made_for(order, "JAR")) == {}
    assert farm.stock_of(db, lid).available == 10


def test_a_released_order_keeps_the_bill_that_it_was_released_with(
    db: Session, lid: Item, pla: Item
) -> None:
    farm.put_in_stock(lid, 10)
    jar = farm.product("JAR", (lid, 1))
    order = farm.confirmed(db, (jar, 10))
    production.release(db, farm.made_for(order, "JAR").id)
    cap = farm.part("CAP", (pla, 1), quantity=50)
    revise(db, jar.id, jar.version, [NewBOMLine(cap.id, Decimal(2))])

    sales_orders.plan(db, order.id)

    assert farm.orders_for(order) == [("JAR", 10, "released")]
    assert farm.reserved_of(farm.made_for(order, "JAR")) == {"LID": 10}
