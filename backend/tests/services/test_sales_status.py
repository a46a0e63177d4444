"""The status of a sales order under way is what was reserved, made and shipped says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.services import production, sales_orders, shipping
from app.services.sales_status import follow

from . import farm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration


def test_an_order_whose_pieces_are_all_in_stock_is_ready_at_once(db: Session) -> None:
    vase = farm.product("VASE", item=farm.shelf("VASE", 5))

    assert farm.confirmed(db, (vase, 5)).status == "ready"


def test_an_order_is_not_ready_while_one_line_lacks_a_piece(db: Session) -> None:
    vase = farm.product("VASE", item=farm.shelf("VASE", 5))
    bowl = farm.product("BOWL", item=farm.shelf("BOWL", 4))

    assert farm.confirmed(db, (vase, 5), (bowl, 5)).status == "confirmed"


def test_an_order_is_in_production_once_the_first_piece_is_begun(db: Session) -> None:
    order = farm.order_in(db, "confirmed")
    (made,) = order.production_orders

    production.release(db, made.id)
    assert order.status == "confirmed"
    production.start(db, made.id, farm.printer().id)
    assert order.status == "in_production"


def test_a_part_that_is_begun_puts_the_order_into_production(db: Session) -> None:
    lid = farm.part("LID", (farm.material("PLA", 100), 2))
    order = farm.confirmed(db, (farm.product("JAR", (lid, 1)), 3))

    farm.begun(db, farm.made_for(order, "LID"))

    assert order.status == "in_production"


def test_an_order_stays_in_production_while_its_print_is_stopped(db: Session) -> None:
    order = farm.order_in(db, "in_production")

    production.stop(db, order.production_orders[0].id)

    assert order.status == "in_production"


def test_an_order_is_ready_when_its_last_piece_is_printed(db: Session) -> None:
    order = farm.order_in(db, "in_production")
    (made,) = order.production_orders

    production.report(db, made.id, good=1)
    assert order.status == "in_production"
    production.report(db, made.id, good=1)
    assert order.status == "ready"


def test_an_order_stays_in_production_when_a_piece_was_scrapped(db: Session) -> None:
    order = farm.order_in(db, "in_production")

    production.report(db, order.production_orders[0].id, good=1, scrapped=1)

    assert order.status == "in_production"


def test_an_order_whose_production_is_cancelled_is_only_confirmed(db: Session) -> None:
    order = farm.order_in(db, "in_production")

    production.cancel(db, order.production_orders[0].id)

    assert order.status == "confirmed"


def test_an_order_is_partly_shipped_until_every_piece_of_every_line_is(db: Session) -> None:
    vase = farm.product("VASE", item=farm.shelf("VASE", 5))
    bowl = farm.product("BOWL", item=farm.shelf("BOWL", 5))
    order = farm.confirmed(db, (vase, 5), (bowl, 5))

    shipping.ship(db, order.id, {1: 5})
    assert order.status == "partly_shipped"
    shipping.ship(db, order.id, {2: 4})
    assert order.status == "partly_shipped"
    shipping.ship(db, order.id, {2: 1})
    assert order.status == "shipped"


def test_production_begun_for_the_rest_leaves_an_order_partly_shipped(db: Session) -> None:
    vase = farm.product("VASE", (farm.material("PLA", 100), 10), item=farm.shelf("VASE", 1))
    order = farm.confirmed(db, (vase, 2))
    shipping.ship(db, order.id)

    farm.begun(db, order.production_orders[0])

    assert order.status == "partly_shipped"


@pytest.mark.parametrize("status", ["pending", "shipped", "closed", "cancelled"])
def test_a_state_that_people_decide_on_stays(db: Session, status: str) -> None:
    order = farm.order_in(db, status)

    follow(db, order)

    assert order.status == status


def test_production_for_stock_has_no_order_to_follow(db: Session) -> None:
    vase = farm.product("VASE", (farm.material("PLA", 100), 10))

    made = farm.begun(db, production.create(db, vase.id, 1))

    assert made.sales_order is None


def test_planning_finds_out_what_came_into_stock(db: Session) -> None:
    vase = farm.product("VASE", (farm.material("PLA", 100), 10), item=farm.shelf("VASE"))
    order = farm.confirmed(db, (vase, 2))
    production.cancel(db, order.production_orders[0].id)
    assert vase.item is not None
    farm.put_in_stock(vase.item, 2)

    sales_orders.plan(db, order.id)

    assert order.status == "ready"
