"""A month of a farm that has more to do than anybody can keep in mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.models import (
    Item,
    Printer,
    ProductionOrder,
    PurchaseOrder,
    Quote,
    Role,
    SalesOrder,
    SalesOrderStatus,
)
from app.services.sales_status import UNDER_WAY
from factoryfloor import scenario

from .month import making, purchasing, quotes, sales
from .month.days import MONTH, ago
from .month.farm import build
from .month.lines import Lines
from .month.shelves import open_the_books
from .people import Credentials, empty, sign_up
from .steps import number_on

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ORDERS = 2_000
"""The sales orders of a month at scale 1."""
SHOWN = 5
"""How many of the orders that are late are named."""


@dataclass(frozen=True)
class BusyMonth:
    """Who can look at the month, how many documents it has by status, and some of its orders.

    `examples` has a sales order for each status, the oldest; `late` those that should have left
    long ago, the one that waits longest first.
    """

    admin: Credentials
    planner: Credentials
    operator: Credentials
    first_day: date
    last_day: date
    quotes: dict[str, int]
    sales_orders: dict[str, int]
    production_orders: dict[str, int]
    purchase_orders: dict[str, int]
    printers: dict[str, int]
    examples: dict[str, SalesOrder]
    late: list[SalesOrder]


@scenario("busy-month")
def busy_month(db: Session, *, scale: int = 1) -> BusyMonth:
    """A month with thousands of quotes, orders and shipments in every state, as it looks today.

    `scale` is how many times two thousand sales orders there are; five make over 100,000 rows. All
    of it happened in the thirty days before today, to the hour, and the stock of every item is
    what those movements left.
    """
    return month(db, ORDERS * scale)


def month(db: Session, orders: int) -> BusyMonth:
    """A month with about so many sales orders, of each kind one at least."""
    start = empty(db)
    _fill(db, orders)
    return BusyMonth(
        admin=start.admin,
        planner=sign_up(Role.PLANNER),
        operator=sign_up(Role.OPERATOR),
        first_day=ago(MONTH),
        last_day=ago(1),
        quotes=_by_status(db, Quote),
        sales_orders=_by_status(db, SalesOrder),
        production_orders=_by_status(db, ProductionOrder),
        purchase_orders=_by_status(db, PurchaseOrder),
        printers=_by_status(db, Printer),
        examples={status.value: _oldest(db, status) for status in SalesOrderStatus},
        late=_late(db),
    )


def _fill(db: Session, orders: int) -> None:
    at_work = sales.printers_at_work(orders) + making.printers_at_work(orders)
    farm = build(customers=max(12, orders // 10), at_work=at_work)
    lines = Lines(farm)
    quotes.offer(farm, lines, orders)
    sales.sell(farm, lines, orders)
    making.fill_the_shelves(farm, lines.at_work, orders)
    purchasing.buy(farm, orders)
    number_on(db)
    open_the_books(db, db.scalars(select(Item).order_by(Item.id)).all())


def _by_status(db: Session, model: Any) -> dict[str, int]:
    counted = select(model.status, func.count()).group_by(model.status).order_by(model.status)
    return {status.value: count for status, count in db.execute(counted)}


def _oldest(db: Session, status: SalesOrderStatus) -> SalesOrder:
    of_status = select(SalesOrder).where(SalesOrder.status == status)
    return db.scalars(of_status.order_by(SalesOrder.order_date, SalesOrder.code).limit(1)).one()


def _late(db: Session) -> list[SalesOrder]:
    late = select(SalesOrder).where(
        SalesOrder.status.in_(UNDER_WAY), SalesOrder.ship_date < date.today()
    )
    return list(db.scalars(late.order_by(SalesOrder.ship_date, SalesOrder.code).limit(SHOWN)))
