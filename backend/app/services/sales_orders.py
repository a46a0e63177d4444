"""Sales orders: taken, confirmed, followed to the day they are closed or cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.models import Customer, SalesOrder, SalesOrderLine, SalesOrderStatus

from .documents import replace_lines, require_order_of_dates, require_status
from .errors import RuleError
from .locking import locked, require, take_version
from .numbering import next_code
from .order_supply import cover
from .pricing import new_lines
from .production import withdraw
from .quotes import SHIP_DAYS
from .reservations import release
from .sales_status import UNDER_WAY, follow
from .supply import OPEN_PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from .pricing import NewLine

CANCELLABLE = (
    SalesOrderStatus.PENDING,
    SalesOrderStatus.CONFIRMED,
    SalesOrderStatus.IN_PRODUCTION,
    SalesOrderStatus.READY,
)
CLOSABLE = (SalesOrderStatus.SHIPPED, SalesOrderStatus.PARTLY_SHIPPED)


def create(
    db: Session, customer_id: int, lines: Sequence[NewLine], ship_date: date | None = None
) -> SalesOrder:
    """A pending order of today; it promises nothing until it is confirmed."""
    require(db, Customer, customer_id)
    today = date.today()
    order = SalesOrder(
        code=next_code(db, SalesOrder),
        customer_id=customer_id,
        status=SalesOrderStatus.PENDING,
        order_date=today,
        ship_date=ship_date or today + timedelta(days=SHIP_DAYS),
        lines=new_lines(db, SalesOrderLine, lines),
    )
    require_order_of_dates(order, order.order_date, order.ship_date, "shipped on")
    db.add(order)
    db.flush()
    return order


def edit(
    db: Session,
    order_id: int,
    version: int,
    *,
    lines: Sequence[NewLine] | None = None,
    ship_date: date | None = None,
) -> SalesOrder:
    """A pending order with other lines or another ship date; what is not given stays."""
    order = locked(db, SalesOrder, order_id)
    require_status(order, "edited", SalesOrderStatus.PENDING)
    take_version(order, version)
    order.ship_date = ship_date or order.ship_date
    require_order_of_dates(order, order.order_date, order.ship_date, "shipped on")
    replacements = None if lines is None else new_lines(db, SalesOrderLine, lines)
    replace_lines(db, order.lines, replacements)
    return order


def confirm(db: Session, order_id: int) -> SalesOrder:
    """A pending order is promised: stock is reserved, production orders raised for the rest."""
    order = locked(db, SalesOrder, order_id)
    require_status(order, "confirmed", SalesOrderStatus.PENDING)
    if not order.lines:
        raise RuleError(f"{order.code} has no lines; add what is ordered before it is confirmed")
    order.status = SalesOrderStatus.CONFIRMED
    cover(db, order)
    follow(db, order)
    return order


def plan(db: Session, order_id: int) -> SalesOrder:
    """A confirmed order is covered again where pieces were scrapped, withdrawn or came in."""
    order = locked(db, SalesOrder, order_id)
    require_status(order, "planned", *UNDER_WAY)
    cover(db, order)
    follow(db, order)
    return order


def cancel(db: Session, order_id: int) -> SalesOrder:
    """The order is off: nothing is reserved for it or made for it any more.

    What was made for it already stays in stock.
    """
    order = locked(db, SalesOrder, order_id)
    require_status(order, "cancelled", *CANCELLABLE)
    _let_go(db, order)
    order.status = SalesOrderStatus.CANCELLED
    db.flush()
    return order


def close(db: Session, order_id: int) -> SalesOrder:
    """The order is done with; what was not shipped is waived and no longer made."""
    order = locked(db, SalesOrder, order_id)
    require_status(order, "closed", *CLOSABLE)
    _let_go(db, order)
    order.status = SalesOrderStatus.CLOSED
    db.flush()
    return order


def _let_go(db: Session, order: SalesOrder) -> None:
    release(db, order.lines)
    for made in order.production_orders:
        if made.status in OPEN_PRODUCTION:
            withdraw(db, made)
