"""Quotes: offered, answered, and turned into a sales order once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import Customer, Quote, QuoteLine, QuoteStatus, SalesOrder, SalesOrderLine

from .documents import replace_lines, require_order_of_dates, require_status
from .errors import RuleError
from .locking import locked, require, take_version
from .numbering import next_code
from .pricing import new_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from .pricing import NewLine

VALID_DAYS = 30
"""How many days a quote is good for unless it says otherwise."""
SHIP_DAYS = 7
"""How many days after the order a customer is promised the goods unless told otherwise."""


def create(
    db: Session, customer_id: int, lines: Sequence[NewLine], valid_until: date | None = None
) -> Quote:
    """A draft of today for a customer."""
    require(db, Customer, customer_id)
    today = date.today()
    quote = Quote(
        code=next_code(db, Quote),
        customer_id=customer_id,
        status=QuoteStatus.DRAFT,
        quote_date=today,
        valid_until=valid_until or today + timedelta(days=VALID_DAYS),
        lines=new_lines(db, QuoteLine, lines),
    )
    require_order_of_dates(quote, quote.quote_date, quote.valid_until, "valid until")
    db.add(quote)
    db.flush()
    return quote


def edit(
    db: Session,
    quote_id: int,
    version: int,
    *,
    lines: Sequence[NewLine] | None = None,
    valid_until: date | None = None,
) -> Quote:
    """A draft with other lines, or good for another time; what is not given stays."""
    quote = locked(db, Quote, quote_id)
    require_status(quote, "edited", QuoteStatus.DRAFT)
    take_version(quote, version)
    quote.valid_until = valid_until or quote.valid_until
    require_order_of_dates(quote, quote.quote_date, quote.valid_until, "valid until")
    replacements = None if lines is None else new_lines(db, QuoteLine, lines)
    replace_lines(db, quote.lines, replacements)
    return quote


def send(db: Session, quote_id: int) -> Quote:
    """A draft is offered to its customer; it needs lines, and time to be answered."""
    quote = locked(db, Quote, quote_id)
    require_status(quote, "sent", QuoteStatus.DRAFT)
    if not quote.lines:
        raise RuleError(f"{quote.code} has no lines; add what is offered before it is sent")
    _require_valid(quote)
    return _become(db, quote, QuoteStatus.SENT)


def accept(db: Session, quote_id: int) -> Quote:
    """The customer agreed, in time."""
    quote = locked(db, Quote, quote_id)
    require_status(quote, "accepted", QuoteStatus.SENT)
    _require_valid(quote)
    return _become(db, quote, QuoteStatus.ACCEPTED)


def decline(db: Session, quote_id: int) -> Quote:
    """The customer does not want it."""
    quote = locked(db, Quote, quote_id)
    require_status(quote, "declined", QuoteStatus.SENT)
    return _become(db, quote, QuoteStatus.DECLINED)


def expire(db: Session) -> list[Quote]:
    """The sent quotes that nobody answered in time, expired now."""
    db.flush()
    late = db.scalars(
        select(Quote)
        .where(Quote.status == QuoteStatus.SENT, Quote.valid_until < date.today())
        .order_by(Quote.id)
        .with_for_update()
    ).all()
    for quote in late:
        quote.status = QuoteStatus.EXPIRED
    db.flush()
    return list(late)


def convert(db: Session, quote_id: int, ship_date: date | None = None) -> SalesOrder:
    """The pending sales order that an accepted quote becomes, at the prices quoted; only once."""
    quote = locked(db, Quote, quote_id)
    require_status(quote, "converted", QuoteStatus.ACCEPTED)
    if quote.sales_order is not None:
        raise RuleError(f"{quote.code} became {quote.sales_order.code} already")
    today = date.today()
    order = SalesOrder(
        code=next_code(db, SalesOrder),
        customer_id=quote.customer_id,
        order_date=today,
        ship_date=ship_date or today + timedelta(days=SHIP_DAYS),
        lines=[_ordered(line) for line in quote.lines],
    )
    require_order_of_dates(order, order.order_date, order.ship_date, "shipped on")
    order.quote = quote
    db.add(order)
    db.flush()
    return order


def _ordered(line: QuoteLine) -> SalesOrderLine:
    return SalesOrderLine(
        line_number=line.line_number,
        product_id=line.product_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        total_price=line.total_price,
    )


def _become(db: Session, quote: Quote, status: QuoteStatus) -> Quote:
    quote.status = status
    db.flush()
    return quote


def _require_valid(quote: Quote) -> None:
    if quote.valid_until is not None and quote.valid_until < date.today():
        raise RuleError(
            f"{quote.code} was good until {quote.valid_until}; make a new quote with today's prices"
        )
