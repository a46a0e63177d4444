"""Sales orders are promised, followed, and let go of again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production, sales_orders, shipping
from app.services.errors import NotFoundError, RuleError
from app.services.inventory import Stock
from tests.factories import CustomerFactory

from . import farm

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import SalesOrder

    Action = Callable[[Session, SalesOrder], object]

pytestmark = pytest.mark.integration

ACTIONS: dict[str, Action] = {
    "edited": lambda db, order: sales_orders.edit(db, order.id, order.version),
    "confirmed": lambda db, order: sales_orders.confirm(db, order.id),
    "planned": lambda db, order: sales_orders.plan(db, order.id),
    "shipped": lambda db, order: shipping.ship(db, order.id),
    "cancelled": lambda db, order: sales_orders.cancel(db, order.id),
    "closed": lambda db, order: sales_orders.close(db, order.id),
}
STATUSES = (
    *("pending", "confirmed", "in_production", "ready"),
    *("partly_shipped", "shipped", "closed", "cancelled"),
)
ALLOWED = {
    ("edited", "pending"): "pending",
    ("confirmed", "pending"): "confirmed",
    ("planned", "confirmed"): "confirmed",
    ("planned", "in_production"): "in_production",
    ("planned", "ready"): "ready",
    ("planned", "partly_shipped"): "partly_shipped",
    ("shipped", "ready"): "shipped",
    ("shipped", "partly_shipped"): "shipped",
    ("cancelled", "pending"): "cancelled",
    ("cancelled", "confirmed"): "cancelled",
    ("cancelled", "in_production"): "cancelled",
    ("cancelled", "ready"): "cancelled",
    ("closed", "partly_shipped"): "closed",
    ("closed", "shipped"): "closed",
}
HAVE_NOTHING_TO_SHIP = [("shipped", "confirmed"), ("shipped", "in_production")]
REFUSED = [
    (done, was)
    for done in ACTIONS
    for was in STATUSES
    if (done, was) not in ALLOWED and (done, was) not in HAVE_NOTHING_TO_SHIP
]


@pytest.mark.parametrize("status", STATUSES)
def test_the_farm_brings_an_order_into_every_state(db: Session, status: str) -> None:
    assert farm.order_in(db, status).status == status


@pytest.mark.parametrize("done,was", ALLOWED)
def test_an_order_moves_on(db: Session, done: str, was: str) -> None:
    order = farm.order_in(db, was)

    ACTIONS[done](db, order)

    assert order.status == ALLOWED[done, was]


@pytest.mark.parametrize("done,was", REFUSED)
def test_an_order_is_refused_out_of_turn(db: Session, done: str, was: str) -> None:
    order = farm.order_in(db, was)

    with pytest.raises(RuleError, match=f"{order.code} is {was}; it can be {done} only while"):
        ACTIONS[done](db, order)

    assert order.status == was
    assert not db.dirty


@pytest.mark.parametrize(
    "action",
    [
        lambda db: sales_orders.edit(db, 0, 1),
        lambda db: sales_orders.confirm(db, 0),
        lambda db: sales_orders.plan(db, 0),
        lambda db: sales_orders.cancel(db, 0),
        lambda db: sales_orders.close(db, 0),
    ],
)
def test_an_order_that_does_not_exist_is_not_found(
    db: Session, action: Callable[[Session], object]
) -> None:
    with pytest.raises(NotFoundError, match="no sales order has the id 0"):
        action(db)


def test_a_new_order_is_pending_and_due_in_a_week(db: Session) -> None:
    order = sales_orders.create(db, CustomerFactory.create().id, [])

    assert (order.status, order.order_date) == ("pending", date.today())
    assert order.ship_date == date.today() + timedelta(days=7)


def test_a_pending_order_promises_nothing(db: Session) -> None:
    order = farm.order_in(db, "pending")

    assert farm.promised(order) == [0]
    assert order.production_orders == []


def test_an_order_without_lines_is_not_confirmed(db: Session) -> None:
    with pytest.raises(RuleError, match="has no lines; add what is ordered"):
        sales_orders.confirm(db, farm.ordered().id)


def test_a_cancelled_order_frees_what_was_reserved_for_it(db: Session) -> None:
    order = farm.order_in(db, "ready")

    sales_orders.cancel(db, order.id)

    assert farm.promised(order) == [0]
    assert farm.stock_of(db, order.lines[0].product.item) == Stock(Decimal(2), Decimal(0))


def test_a_cancelled_order_takes_production_in_progress_with_it(db: Session) -> None:
    order = farm.order_in(db, "in_production")
    (made,) = order.production_orders
    printer, pla = made.printer, made.reservations[0].item
    assert printer is not None

    sales_orders.cancel(db, order.id)

    db.expire_all()
    assert (made.status, made.printer, printer.status) == ("cancelled", None, "idle")
    assert farm.stock_of(db, pla) == Stock(Decimal(1000), Decimal(0))


def test_what_was_made_for_a_cancelled_order_stays_in_stock(db: Session) -> None:
    order = farm.order_in(db, "in_production")
    production.report(db, order.production_orders[0].id, good=1)

    sales_orders.cancel(db, order.id)

    assert farm.stock_of(db, order.lines[0].product.item) == Stock(Decimal(1), Decimal(0))


def test_a_completed_production_order_is_not_cancelled_with_its_sales_order(db: Session) -> None:
    order = farm.order_in(db, "in_production")
    production.report(db, order.production_orders[0].id, good=2)

    sales_orders.cancel(db, order.id)

    assert farm.orders_for(order) == [("VASE", 2, "completed")]


def test_an_order_closed_short_makes_and_keeps_nothing_more(db: Session) -> None:
    order = farm.order_in(db, "in_production")
    (made,) = order.production_orders
    pla = made.reservations[0].item
    production.report(db, made.id, good=1)
    shipping.ship(db, order.id)

    sales_orders.close(db, order.id)

    assert farm.orders_for(order) == [("VASE", 2, "cancelled")]
    assert farm.stock_of(db, pla) == Stock(1000 - Decimal("25.5"), Decimal(0))
    assert order.lines[0].quantity_shipped == 1


def test_an_order_closed_short_frees_what_was_still_to_be_shipped(db: Session) -> None:
    order = farm.order_in(db, "partly_shipped")

    sales_orders.close(db, order.id)

    assert farm.promised(order) == [0]
    assert farm.stock_of(db, order.lines[0].product.item) == Stock(Decimal(1), Decimal(0))


def test_what_an_order_lets_go_of_is_there_for_the_next(db: Session) -> None:
    order = farm.order_in(db, "ready")
    sales_orders.cancel(db, order.id)

    after = farm.confirmed(db, (order.lines[0].product, 2))

    assert after.status == "ready"
    assert farm.promised(after) == [2]


def test_cancelling_one_order_leaves_the_others_alone(db: Session) -> None:
    order = farm.order_in(db, "in_production")
    other = farm.confirmed(db, (order.lines[0].product, 3))

    sales_orders.cancel(db, order.id)

    assert (other.status, farm.orders_for(other)) == ("confirmed", [("VASE", 3, "draft")])
