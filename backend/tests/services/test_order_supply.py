"""What a sales order asks for is reserved where it is there, and made level by level where not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.bills_of_materials import CircularBillError
from app.services.errors import RuleError
from tests.factories import BOMLineFactory

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


def test_stock_is_reserved_and_the_rest_is_to_be_made(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, "25.5"), item=farm.shelf("VASE", 4))

    order = farm.confirmed(db, (vase, 10))

    assert farm.promised(order) == [4]
    assert farm.orders_for(order) == [("VASE", 6, "draft")]


def test_what_is_to_be_made_is_due_when_the_order_is_for_the_line_that_lacks_it(
    db: Session, pla: Item
) -> None:
    vase = farm.product("VASE", item=farm.shelf("VASE", 4))
    bowl = farm.product("BOWL", (pla, 10))

    order = farm.confirmed(db, (vase, 4), (bowl, 1))

    (made,) = order.production_orders
    assert (made.sales_order_line, made.product, made.due_date) == (2, bowl, order.ship_date)
    assert (made.code[:3], made.bom_revision, made.printer) == ("PO-", None, None)


def test_stock_that_is_promised_to_others_is_not_reserved(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, 1), item=farm.shelf("VASE", 4))
    farm.confirmed(db, (vase, 3))

    order = farm.confirmed(db, (vase, 3))

    assert farm.promised(order) == [1]
    assert farm.orders_for(order) == [("VASE", 2, "draft")]


def test_a_product_gets_its_stock_item_when_it_is_first_promised(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, 1), name="Vase, tall")

    farm.confirmed(db, (vase, 1), (vase, 2))

    assert vase.item is not None
    assert (vase.item.sku, vase.item.name, vase.item.item_type) == (
        "VASE",
        "Vase, tall",
        "finished_good",
    )


def test_a_product_is_not_promised_while_another_item_has_its_sku(db: Session, pla: Item) -> None:
    farm.material("VASE")
    vase = farm.product("VASE", (pla, 1))

    with pytest.raises(RuleError, match="VASE is not kept in stock, and an item has its SKU"):
        farm.confirmed(db, (vase, 1))


def test_a_circular_bill_is_not_promised(db: Session) -> None:
    loop = farm.shelf("LOOP")
    looped = farm.product("LOOP-1", item=loop)
    BOMLineFactory.create(product=looped, item=loop)

    with pytest.raises(CircularBillError, match="LOOP-1 > LOOP-1"):
        farm.confirmed(db, (looped, 1))


def test_parts_made_here_are_reserved_and_raised_for_the_same_line(db: Session, lid: Item) -> None:
    farm.put_in_stock(lid, 4)
    jar = farm.product("JAR", (lid, 1))

    order = farm.confirmed(db, (jar, 10))

    assert farm.orders_for(order) == [("JAR", 10, "draft"), ("LID", 6, "draft")]
    assert {made.sales_order_line for made in order.production_orders} == {1}
    assert farm.reserved_of(farm.made_for(order, "JAR")) == {"LID": 4}


def test_parts_of_what_is_in_stock_are_not_needed(db: Session, lid: Item) -> None:
    jar = farm.product("JAR", (lid, 1), item=farm.shelf("JAR", 7))

    order = farm.confirmed(db, (jar, 10))

    assert farm.orders_for(order) == [("JAR", 3, "draft"), ("LID", 3, "draft")]


def test_bought_material_is_left_to_the_release(db: Session, pla: Item) -> None:
    motor = farm.shelf("MOTOR", 2)
    farm.product("MOTOR-1", item=motor)
    robot = farm.product("ROBOT", (pla, 100), (motor, 1))

    order = farm.confirmed(db, (robot, 3))

    assert farm.orders_for(order) == [("ROBOT", 3, "draft")]
    assert farm.reserved_of(farm.made_for(order, "ROBOT")) == {}


def test_a_part_of_a_part_is_followed_down_every_level(db: Session, pla: Item) -> None:
    pin = farm.part("PIN", (pla, "1.25"), quantity=10)
    hinge = farm.part("HINGE", (pin, 3), quantity=2)
    door = farm.product("DOOR", (hinge, 2))

    order = farm.confirmed(db, (door, 4))

    assert farm.orders_for(order) == [
        ("DOOR", 4, "draft"),
        ("HINGE", 8 - 2, "draft"),
        ("PIN", 6 * 3 - 10, "draft"),
    ]


def test_a_part_that_two_parts_share_is_raised_once_for_both(db: Session, pla: Item) -> None:
    bolt = farm.part("BOLT", (pla, 3), quantity=5)
    arm, leg = farm.part("ARM", (bolt, 1)), farm.part("LEG", (bolt, 3))
    robot = farm.product("ROBOT", (arm, 2), (leg, 1), (bolt, 1))

    order = farm.confirmed(db, (robot, 4))

    assert farm.made_for(order, "BOLT").quantity_ordered == 4 * (2 * 1 + 1 * 3 + 1) - 5
    held = [farm.reserved_of(made).get("BOLT", 0) for made in order.production_orders]
    assert sum(held) == 5


def test_an_item_on_two_lines_of_a_bill_is_needed_once_for_both(db: Session, lid: Item) -> None:
    farm.put_in_stock(lid, 1)
    box = farm.product("BOX", (lid, 1), (lid, 2))

    order = farm.confirmed(db, (box, 2))

    assert farm.made_for(order, "LID").quantity_ordered == 2 * 3 - 1
    assert farm.reserved_of(farm.made_for(order, "BOX")) == {"LID": 1}


def test_lines_of_one_product_are_covered_one_after_the_other(db: Session, lid: Item) -> None:
    farm.put_in_stock(lid, 3)
    jar = farm.product("JAR", (lid, 1), item=farm.shelf("JAR", 6))

    order = farm.confirmed(db, (jar, 5), (jar, 5))

    assert farm.promised(order) == [5, 1]
    made = [(o.sales_order_line, o.quantity_ordered) for o in order.production_orders]
    assert made == [(2, 4), (2, 1)]


@pytest.mark.parametrize(
    "per,scrap_factor,pieces", [("0.5", "0", 2), ("1", "0.05", 4), ("1", "0", 3)]
)
def test_whole_parts_are_made_where_less_is_needed(
    db: Session, pla: Item, per: str, scrap_factor: str, pieces: int
) -> None:
    sheet = farm.part("SHEET", (pla, 50))
    sign = farm.product("SIGN")
    line = {"quantity_per": Decimal(per), "scrap_factor": Decimal(scrap_factor)}
    BOMLineFactory.create(product=sign, item=sheet, **line)

    order = farm.confirmed(db, (sign, 3))

    assert farm.made_for(order, "SHEET").quantity_ordered == pieces
