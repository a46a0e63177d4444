"""What quotes and orders have in common: states, dates, lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.models import QuoteLine, QuoteStatus
from app.services.documents import replace_lines, require_order_of_dates, require_status
from app.services.errors import InvalidInputError, RuleError
from tests.factories import ProductFactory, QuoteFactory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Quote

pytestmark = pytest.mark.integration

TODAY = date(2031, 5, 17)


@pytest.fixture
def quote() -> Quote:
    """A draft."""
    return QuoteFactory.create(code="QUO-2031-0001", status=QuoteStatus.DRAFT)


def test_a_document_in_one_of_the_states_may_go_on(db: Session, quote: Quote) -> None:
    require_status(quote, "sent", QuoteStatus.SENT, QuoteStatus.DRAFT)


def test_a_document_in_another_state_is_refused_with_the_states_that_would_do(
    db: Session, quote: Quote
) -> None:
    with pytest.raises(
        RuleError,
        match=r"^QUO-2031-0001 is draft; it can be accepted only while it is sent or accepted$",
    ):
        require_status(quote, "accepted", QuoteStatus.SENT, QuoteStatus.ACCEPTED)


@pytest.mark.parametrize("due", [None, TODAY, date(2031, 5, 18)])
def test_what_is_due_from_the_first_day_on_is_in_order(
    db: Session, quote: Quote, due: date | None
) -> None:
    require_order_of_dates(quote, TODAY, due, "valid until")


def test_what_is_due_before_it_began_is_refused(db: Session, quote: Quote) -> None:
    with pytest.raises(
        InvalidInputError,
        match=r"^QUO-2031-0001 is of 2031-05-17; it cannot be valid until 2031-05-16$",
    ):
        require_order_of_dates(quote, TODAY, date(2031, 5, 16), "valid until")


def test_new_lines_take_the_place_and_the_numbers_of_the_old(db: Session) -> None:
    quote = QuoteFactory.create(lines=2)
    product = ProductFactory.create()

    replace_lines(db, quote.lines, [QuoteLine(line_number=1, product=product, quantity=7)])
    db.expire_all()

    assert [(line.line_number, line.product, line.quantity) for line in quote.lines] == [
        (1, product, 7)
    ]


def test_a_document_may_be_left_without_lines(db: Session) -> None:
    quote = QuoteFactory.create(lines=2)

    replace_lines(db, quote.lines, [])
    db.expire_all()

    assert quote.lines == []


def test_where_no_lines_are_given_the_old_ones_stay(db: Session) -> None:
    quote = QuoteFactory.create(lines=2)
    before = list(quote.lines)

    replace_lines(db, quote.lines, None)
    db.expire_all()

    assert quote.lines == before
