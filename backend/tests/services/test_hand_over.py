"""What is printed for somebody is promised to them as it comes off the printer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production, shipping
from app.services.inventory import Stock

from . import farm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 5000)


@pytest.fixture
def lid(pla: Item) -> Item:
    return farm.part("LID", (pla, 2))


def test_good_pieces_are_reserved_for_their_line(db: Session, pla: Item) -> None:
    order = farm.confirmed(db, (farm.product("VASE", (pla, 10)), 10))

    farm.printed(db, order.production_orders[0], good=4, scrapped=1)

    assert farm.promised(order) == [4]


def test_each_of_two_lines_of_one_product_gets_its_own_pieces(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, 10))
    order = farm.confirmed(db, (vase, 3), (vase, 5))

    farm.printed(db, order.production_orders[1], good=5)

    assert farm.promised(order) == [0, 5]


def test_pieces_beyond_what_their_line_needs_are_anybodys(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, 10), item=farm.shelf("VASE", "1.5"))
    order = farm.confirmed(db, (vase, 3))
    shipping.ship(db, order.id, {1: 1})

    farm.printed(db, order.production_orders[0], good=2)

    assert farm.promised(order) == [2]
    assert farm.stock_of(db, vase.item).available == Decimal("0.5")


def test_a_part_is_reserved_for_the_order_that_takes_it(db: Session, lid: Item) -> None:
    order = farm.confirmed(db, (farm.product("JAR", (lid, 1)), 10))

    farm.printed(db, farm.made_for(order, "LID"), good=6)

    assert farm.reserved_of(farm.made_for(order, "JAR")) == {"LID": 6}
    assert farm.promised(order) == [0]


def test_parts_that_two_orders_take_go_to_the_first_that_lacks_them(db: Session, pla: Item) -> None:
    bolt = farm.part("BOLT", (pla, 3))
    arm, leg = farm.part("ARM", (bolt, 2)), farm.part("LEG", (bolt, 3))
    order = farm.confirmed(db, (farm.product("ROBOT", (arm, 1), (leg, 1)), 1))

    farm.printed(db, farm.made_for(order, "BOLT"), good=4)

    takes = {"ARM": 2, "LEG": 3}
    first, second = (made for made in order.production_orders if made.product.sku in takes)
    assert farm.reserved_of(first) == {"BOLT": takes[first.product.sku]}
    assert farm.reserved_of(second) == {"BOLT": 4 - takes[first.product.sku]}


def test_parts_beyond_what_is_needed_are_anybodys(db: Session, pla: Item) -> None:
    sheet = farm.part("SHEET", (pla, 50))
    order = farm.confirmed(db, (farm.product("SIGN", (sheet, "0.5")), 3))

    farm.printed(db, farm.made_for(order, "SHEET"), good=2)

    assert farm.stock_of(db, sheet) == Stock(Decimal(2), Decimal("1.5"))


def test_parts_made_for_one_line_are_not_given_to_another(db: Session, lid: Item) -> None:
    jar, box = farm.product("JAR", (lid, 1)), farm.product("BOX", (lid, 1))
    order = farm.confirmed(db, (jar, 2), (box, 2))
    first, second = (made for made in order.production_orders if made.product.item is lid)
    production.cancel(db, farm.made_for(order, "JAR").id)

    farm.printed(db, first, good=2)

    assert second.sales_order_line == 2
    assert farm.reserved_of(farm.made_for(order, "BOX")) == {}
    assert farm.stock_of(db, lid).available == 2


def test_what_is_made_for_stock_is_promised_to_nobody(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, 10), item=farm.shelf("VASE"))
    order = farm.confirmed(db, (vase, 4))

    farm.printed(db, production.create(db, vase.id, 2), good=2)

    assert farm.promised(order) == [0]
    assert farm.stock_of(db, vase.item) == Stock(Decimal(2), Decimal(0))


def test_a_part_handed_over_lets_its_parent_be_released(db: Session, lid: Item) -> None:
    order = farm.confirmed(db, (farm.product("JAR", (lid, 1)), 10))
    farm.printed(db, farm.made_for(order, "LID"), good=10)
    rival = farm.product("RIVAL", (lid, 1))

    farm.confirmed(db, (rival, 1))

    assert production.release(db, farm.made_for(order, "JAR").id).status == "released"


def test_no_more_is_promised_to_a_parent_than_its_open_pieces_take(db: Session, pla: Item) -> None:
    speck = farm.part("SPECK", (pla, "0.0001"))
    order = farm.confirmed(db, (farm.product("DUST", (speck, "0.3333")), 3))
    farm.printed(db, farm.made_for(order, "SPECK"), good=1)

    assert farm.reserved_of(farm.made_for(order, "DUST")) == {"SPECK": Decimal("0.9999")}
    assert farm.stock_of(db, speck).available == Decimal("0.0001")
