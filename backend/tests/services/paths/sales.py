"""The paths of quotes, sales orders and shipments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.services import quotes, sales_orders
from app.services.pricing import NewLine
from app.services.stocking import stock_item
from tests import factories as f

from .steps import confirm_from_stock, go_by, report, ship, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import ProductionOrder, Quote, SalesOrder

    from .steps import Path


def _new_lines(count: int) -> list[NewLine]:
    return [NewLine(product.id, 1) for product in f.ProductFactory.create_batch(count)]


def _quote(db: Session, lines: int = 2) -> Quote:
    return quotes.create(db, f.CustomerFactory.create().id, _new_lines(lines))


def _sent(db: Session) -> Quote:
    return quotes.send(db, _quote(db).id)


def _accepted(db: Session) -> Quote:
    return quotes.accept(db, _sent(db).id)


def _converted(db: Session) -> SalesOrder:
    return quotes.convert(db, _accepted(db).id)


def _expired(db: Session) -> None:
    go_by(_sent(db), 45, "quote_date", "valid_until")
    quotes.expire(db)


def _order(db: Session, lines: int = 2) -> SalesOrder:
    return sales_orders.create(db, f.CustomerFactory.create().id, _new_lines(lines))


def _confirmed(db: Session, lines: int = 2) -> SalesOrder:
    return sales_orders.confirm(db, _order(db, lines).id)


def _overdue(db: Session) -> None:
    order = _confirmed(db)
    go_by(order, 10, "order_date", "ship_date")
    for made in order.production_orders:
        go_by(made, 10, "due_date")


def _stocked(db: Session) -> None:
    for line in _order(db, 1).lines:
        stock_item(db, line.product)


def _produced(
    db: Session, step: Callable[[Session, ProductionOrder], object], lines: int = 2
) -> None:
    makeable = {"product__bom_lines": 2}
    order = f.SalesOrderFactory.create(lines=[makeable] * lines)
    for made in sales_orders.confirm(db, order.id).production_orders:
        step(db, made)


def _closed(db: Session, pieces: dict[int, int] | None = None) -> None:
    sales_orders.close(db, ship(db, _order(db), pieces).sales_order_id)


def _with_orders(db: Session) -> None:
    customer = f.CustomerFactory.create()
    for _ in range(2):
        sales_orders.create(db, customer.id, [])


PATHS: dict[Any, dict[str, Path]] = {
    f.CustomerFactory: {"with_orders": _with_orders},
    f.QuoteFactory: {
        "": lambda db: _quote(db, lines=0),
        "draft": lambda db: _quote(db, lines=0),
        "with_lines": _quote,
        "sent": _sent,
        "accepted": _accepted,
        "converted": _converted,
        "declined": lambda db: quotes.decline(db, _sent(db).id),
        "expired": _expired,
    },
    f.SalesOrderFactory: {
        "": lambda db: _order(db, lines=0),
        "pending": lambda db: _order(db, lines=0),
        "with_lines": _order,
        "quoted": _converted,
        "quoted confirmed": lambda db: sales_orders.confirm(db, _converted(db).id),
        "confirmed": _confirmed,
        "overdue": _overdue,
        "in_production": lambda db: _produced(db, start),
        "ready": lambda db: confirm_from_stock(db, _order(db)),
        "partly_shipped": lambda db: ship(db, _order(db), {1: 1}),
        "shipped": lambda db: ship(db, _order(db)),
        "closed": _closed,
        "closed_short": lambda db: _closed(db, {1: 1}),
        "cancelled": lambda db: sales_orders.cancel(db, _order(db, lines=0).id),
        "called_off": lambda db: sales_orders.cancel(db, _confirmed(db).id),
    },
    f.SalesOrderLineFactory: {
        "": lambda db: _order(db, lines=1),
        "stocked": _stocked,
        "planned": lambda db: _confirmed(db, lines=1),
        "reserved": lambda db: confirm_from_stock(db, _order(db, lines=1)),
        "being_made": lambda db: _produced(db, start, lines=1),
        "made": lambda db: _produced(db, lambda db, made: report(db, made, 1), lines=1),
    },
    f.ReservationFactory: {"": lambda db: confirm_from_stock(db, _order(db, lines=1))},
    f.ShipmentFactory: {
        "": lambda db: ship(db, _order(db)),
        "untracked": lambda db: ship(db, _order(db), tracking_number=None),
    },
    f.ShipmentLineFactory: {"": lambda db: ship(db, _order(db, lines=1))},
}
