"""Quotes are offered, answered in time, and become a sales order once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from app.services import quotes
from app.services.errors import InvalidInputError, NotFoundError, RuleError
from tests.factories import QuoteFactory

from . import farm

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Customer, Quote, QuoteStatus

    Action = Callable[[Session, Quote], object]

pytestmark = pytest.mark.integration

ACTIONS: dict[str, Action] = {
    "edited": lambda db, quote: quotes.edit(db, quote.id, quote.version),
    "sent": lambda db, quote: quotes.send(db, quote.id),
    "accepted": lambda db, quote: quotes.accept(db, quote.id),
    "declined": lambda db, quote: quotes.decline(db, quote.id),
    "converted": lambda db, quote: quotes.convert(db, quote.id),
}
STATUSES = ("draft", "sent", "accepted", "declined", "expired")
ALLOWED = {
    ("edited", "draft"): "draft",
    ("sent", "draft"): "sent",
    ("accepted", "sent"): "accepted",
    ("declined", "sent"): "declined",
    ("converted", "accepted"): "accepted",
}
REFUSED = [(done, was) for done in ACTIONS for was in STATUSES if (done, was) not in ALLOWED]


def offered(**columns: Any) -> Quote:
    """A quote for three vases, in whatever state is asked for."""
    line = {"product__unit_price": Decimal("19.99"), "quantity": 3}
    return QuoteFactory.create(**{"lines": [line]} | columns)


def overdue(**columns: Any) -> Quote:
    return offered(quote_date=farm.day(-1), valid_until=farm.day(-1), **columns)


@pytest.mark.parametrize("done,was", ALLOWED)
def test_a_quote_moves_on(db: Session, done: str, was: QuoteStatus) -> None:
    quote = offered(status=was)

    ACTIONS[done](db, quote)

    assert quote.status == ALLOWED[done, was]


@pytest.mark.parametrize("done,was", REFUSED)
def test_a_quote_is_refused_out_of_turn(db: Session, done: str, was: QuoteStatus) -> None:
    quote = offered(status=was)

    with pytest.raises(RuleError, match=f"{quote.code} is {was}; it can be {done} only while"):
        ACTIONS[done](db, quote)

    assert quote.status == was
    assert not db.dirty


@pytest.mark.parametrize(
    "action",
    [
        lambda db: quotes.edit(db, 0, 1),
        lambda db: quotes.send(db, 0),
        lambda db: quotes.accept(db, 0),
        lambda db: quotes.decline(db, 0),
        lambda db: quotes.convert(db, 0),
    ],
)
def test_a_quote_that_does_not_exist_is_not_found(
    db: Session, action: Callable[[Session], object]
) -> None:
    with pytest.raises(NotFoundError, match="no quote has the id 0"):
        action(db)


def test_a_new_quote_is_a_draft_of_today_good_for_thirty_days(
    db: Session, customer: Customer
) -> None:
    quote = quotes.create(db, customer.id, [])

    assert (quote.status, quote.quote_date) == ("draft", farm.day(0))
    assert quote.valid_until == farm.day(30)
    assert quote.code == f"QUO-{farm.day(0).year}-0001"


def test_a_quote_is_good_until_the_day_given(db: Session, customer: Customer) -> None:
    assert quotes.create(db, customer.id, [], farm.day(0)).valid_until == farm.day(0)


def test_an_edit_may_prolong_a_quote(db: Session) -> None:
    quote = overdue()

    assert quotes.edit(
        db, quote.id, quote.version, valid_until=farm.day(0)
    ).valid_until == farm.day(0)


def test_a_quote_without_lines_is_not_sent(db: Session) -> None:
    with pytest.raises(RuleError, match="has no lines; add what is offered"):
        quotes.send(db, QuoteFactory.create().id)


@pytest.mark.parametrize("done,was", [("sent", "draft"), ("accepted", "sent")])
def test_a_quote_whose_time_is_over_is_neither_sent_nor_accepted(
    db: Session, done: str, was: QuoteStatus
) -> None:
    quote = overdue(status=was)

    with pytest.raises(RuleError, match=f"was good until {farm.day(-1)}; make a new quote"):
        ACTIONS[done](db, quote)


@pytest.mark.parametrize("days", [0, None])
def test_a_quote_is_accepted_on_its_last_day_or_whenever_it_has_none(
    db: Session, days: int | None
) -> None:
    quote = offered(status="sent", valid_until=None if days is None else farm.day(days))

    assert quotes.accept(db, quote.id).status == "accepted"


def test_a_quote_may_be_declined_after_its_time(db: Session) -> None:
    quote = overdue(status="sent")

    assert quotes.decline(db, quote.id).status == "declined"


def test_sent_quotes_that_nobody_answered_in_time_expire(db: Session) -> None:
    over = overdue(status="sent")
    offered(status="sent", valid_until=farm.day(0))
    offered(status="sent", valid_until=None)

    assert quotes.expire(db) == [over]
    assert over.status == "expired"
    assert quotes.expire(db) == []


@pytest.mark.parametrize("status", ["draft", "accepted", "declined", "expired"])
def test_only_a_sent_quote_expires(db: Session, status: str) -> None:
    quote = overdue(status=status)

    assert quotes.expire(db) == []
    assert quote.status == status


def test_what_the_session_has_not_written_yet_expires_too(db: Session) -> None:
    quote = offered(status="sent", quote_date=farm.day(-1))
    quote.valid_until = farm.day(-1)

    assert quotes.expire(db) == [quote]


def test_a_quote_becomes_a_pending_order_at_the_prices_quoted(db: Session) -> None:
    quote = offered(status="accepted")
    quote.lines[0].product.unit_price = Decimal("99.99")

    order = quotes.convert(db, quote.id)

    assert (order.status, order.customer_id, order.quote_id) == (
        "pending",
        quote.customer_id,
        quote.id,
    )
    assert [(line.line_number, line.product, line.quantity) for line in order.lines] == [
        (1, quote.lines[0].product, 3)
    ]
    assert order.lines[0].unit_price == Decimal("19.99")
    assert order.total == quote.total == Decimal("59.97")


def test_a_converted_order_is_of_today_and_due_in_a_week(db: Session) -> None:
    order = quotes.convert(db, offered(status="accepted").id)

    assert (order.order_date, order.ship_date) == (farm.day(0), farm.day(7))
    assert order.code == f"SO-{farm.day(0).year}-0001"


def test_a_converted_order_is_due_on_the_day_given(db: Session) -> None:
    assert quotes.convert(db, offered(status="accepted").id, farm.day(1)).ship_date == farm.day(1)


def test_a_quote_is_not_converted_to_be_shipped_in_the_past(db: Session) -> None:
    quote = offered(status="accepted")

    with pytest.raises(InvalidInputError, match=f"it cannot be shipped on {farm.day(-1)}"):
        quotes.convert(db, quote.id, farm.day(-1))

    assert quote.sales_order is None


def test_a_quote_becomes_an_order_only_once(db: Session) -> None:
    quote = offered(status="accepted")
    order = quotes.convert(db, quote.id)

    with pytest.raises(RuleError, match=f"{quote.code} became {order.code} already"):
        quotes.convert(db, quote.id)


def test_a_quote_accepted_in_time_may_be_converted_later(db: Session) -> None:
    quote = overdue(status="accepted")

    assert quotes.convert(db, quote.id).quote == quote
