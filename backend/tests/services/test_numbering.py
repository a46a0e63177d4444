"""Documents are numbered one after another, from one in each year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from app.database import SessionLocal
from app.models import ProductionOrder, PurchaseOrder, Quote, SalesOrder
from app.services.numbering import PREFIXES, next_code
from tests.factories import (
    ProductionOrderFactory,
    PurchaseOrderFactory,
    QuoteFactory,
    SalesOrderFactory,
)

from .clock import stop_clock
from .racing import meet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration

FACTORIES: dict[Any, Any] = {
    Quote: QuoteFactory,
    SalesOrder: SalesOrderFactory,
    ProductionOrder: ProductionOrderFactory,
    PurchaseOrder: PurchaseOrderFactory,
}


@pytest.fixture(autouse=True)
def in_2031(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the first day of 2031."""
    stop_clock(monkeypatch, date(2031, 1, 1), "numbering")


@pytest.mark.parametrize(
    "model,code",
    [
        (Quote, "QUO-2031-0001"),
        (SalesOrder, "SO-2031-0001"),
        (ProductionOrder, "PO-2031-0001"),
        (PurchaseOrder, "PUR-2031-0001"),
    ],
)
def test_the_first_document_of_a_kind_is_number_one(db: Session, model: Any, code: str) -> None:
    assert next_code(db, model) == code


@pytest.mark.parametrize("model", PREFIXES)
def test_the_next_number_comes_after_the_highest(db: Session, model: Any) -> None:
    prefix = PREFIXES[model]
    for number in ("0002", "0041", "0007"):
        FACTORIES[model].create(code=f"{prefix}-2031-{number}")

    assert next_code(db, model) == f"{prefix}-2031-0042"


@pytest.mark.parametrize("model", PREFIXES)
def test_other_kinds_of_documents_do_not_count(db: Session, model: Any) -> None:
    for other in FACTORIES.keys() - {model}:
        FACTORIES[other].create(code=f"{PREFIXES[other]}-2031-0099")

    assert next_code(db, model) == f"{PREFIXES[model]}-2031-0001"


def test_each_year_begins_with_number_one(db: Session) -> None:
    SalesOrderFactory.create(code="SO-2030-0815")
    SalesOrderFactory.create(code="SO-2032-0004")

    assert next_code(db, SalesOrder) == "SO-2031-0001"


@pytest.mark.parametrize(
    "highest,following",
    [("0999", "1000"), ("9999", "10000"), ("10000", "10001"), ("99999", "100000")],
)
def test_numbers_go_on_beyond_four_digits(db: Session, highest: str, following: str) -> None:
    SalesOrderFactory.create(code=f"SO-2031-{highest}")

    assert next_code(db, SalesOrder) == f"SO-2031-{following}"


def test_the_highest_number_is_not_the_last_in_the_alphabet(db: Session) -> None:
    for number in ("10000", "9999", "2"):
        SalesOrderFactory.create(code=f"SO-2031-{number}")

    assert next_code(db, SalesOrder) == "SO-2031-10001"


@pytest.mark.parametrize(
    "foreign",
    ["SO-2031-007", "SO-2031-0007A", "SO-2031-0007-2", "XSO-2031-0007", "so-2031-0007", "WEB 7"],
)
def test_a_code_that_somebody_made_up_does_not_count(db: Session, foreign: str) -> None:
    SalesOrderFactory.create(code=foreign)

    assert next_code(db, SalesOrder) == "SO-2031-0001"


def test_a_number_too_long_to_count_on_from_does_not_count(db: Session) -> None:
    SalesOrderFactory.create(code="SO-2031-" + 30 * "9")

    assert next_code(db, SalesOrder) == "SO-2031-0001"


def test_a_document_that_was_not_written_yet_counts(db: Session) -> None:
    order = SalesOrderFactory.create(code="SO-2031-0001")
    order.code = "SO-2031-0005"

    assert next_code(db, SalesOrder) == "SO-2031-0006"


def test_a_number_that_no_document_took_is_given_again(db: Session) -> None:
    assert next_code(db, SalesOrder) == next_code(db, SalesOrder)


@pytest.mark.committed_db
def test_who_comes_second_waits_for_the_first_and_gets_the_number_after_it(db: Session) -> None:
    order = SalesOrderFactory.create(code="SO-2030-0001")
    db.commit()
    codes = []

    def first(session: Session) -> None:
        session.get_one(SalesOrder, order.id).code = next_code(session, SalesOrder)
        session.flush()

    refused = meet(first, lambda session: codes.append(next_code(session, SalesOrder)))

    assert refused is None
    assert codes == ["SO-2031-0002"]


@pytest.mark.committed_db
def test_numbers_of_two_kinds_are_given_at_once(db: Session) -> None:
    with SessionLocal() as first, SessionLocal() as second:
        second.execute(text("SET LOCAL lock_timeout = '1s'"))

        assert next_code(first, SalesOrder) == "SO-2031-0001"
        assert next_code(second, Quote) == "QUO-2031-0001"
