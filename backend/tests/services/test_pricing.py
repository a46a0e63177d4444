"""Quotes and sales orders are written and edited: dated, numbered, priced to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from app.services import quotes, sales_orders
from app.services.errors import InvalidInputError, StaleVersionError
from app.services.pricing import NewLine
from tests.factories import CustomerFactory, ProductFactory

from . import farm

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from app.models import Product

pytestmark = [
    pytest.mark.integration,
    pytest.mark.parametrize(
        "service,due",
        [(quotes, "valid_until"), (sales_orders, "ship_date")],
        ids=["quote", "order"],
    ),
]


@pytest.fixture
def vase() -> Product:
    return ProductFactory.create(unit_price=Decimal("19.99"))


def written(db: Session, service: Any, *lines: NewLine, **dates: date) -> Any:
    return service.create(db, CustomerFactory.create().id, lines, **dates)


def test_lines_are_numbered_and_cost_the_list_price_unless_agreed_otherwise(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    agreed, given_away = NewLine(vase.id, 2, Decimal("17.50")), NewLine(vase.id, 1, Decimal(0))

    document = written(db, service, NewLine(vase.id, 3), agreed, given_away)

    db.expire_all()
    assert [(line.line_number, line.total_price) for line in document.lines] == [
        (1, Decimal("59.97")),
        (2, Decimal("35.00")),
        (3, Decimal("0.00")),
    ]
    assert document.total == Decimal("94.97")


def test_a_price_list_that_changes_later_changes_no_document(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    document = written(db, service, NewLine(vase.id, 1))

    vase.unit_price = Decimal("99.99")
    db.flush()

    assert document.total == Decimal("19.99")


def test_a_document_may_have_no_lines_yet(db: Session, service: Any, due: str) -> None:
    document = written(db, service)

    assert document.lines == []
    assert document.total == 0


def test_a_document_is_for_a_customer_that_exists(db: Session, service: Any, due: str) -> None:
    with pytest.raises(InvalidInputError, match="no customer has the id 0"):
        service.create(db, 0, [])


def test_every_product_that_does_not_exist_is_named(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    lines = [NewLine(0, 1), NewLine(vase.id, 1), NewLine(-1, 1)]

    with pytest.raises(InvalidInputError, match="no product has the id -1, 0"):
        written(db, service, *lines)


@pytest.mark.parametrize("price,pieces", [("9999999999.99", 1), ("3333333333.33", 3)])
def test_a_line_may_come_to_as_much_as_can_be_stored(
    db: Session, service: Any, due: str, vase: Product, price: str, pieces: int
) -> None:
    document = written(db, service, NewLine(vase.id, pieces, Decimal(price)))

    db.expire_all()
    assert document.total == Decimal("9999999999.99")


def test_a_line_that_comes_to_more_than_can_be_stored_is_named(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    lines = [NewLine(vase.id, 1), NewLine(vase.id, 2, Decimal("5000000000.00"))]

    with pytest.raises(InvalidInputError, match=r"line 2 comes to more than 9999999999\.99"):
        written(db, service, *lines)


def test_a_document_is_due_on_the_day_given(db: Session, service: Any, due: str) -> None:
    document = written(db, service, **{due: farm.day(0)})

    assert getattr(document, due) == farm.day(0)


def test_a_document_cannot_be_due_before_it_is_written(db: Session, service: Any, due: str) -> None:
    with pytest.raises(InvalidInputError, match=rf"it cannot be \D+ {farm.day(-1)}"):
        written(db, service, **{due: farm.day(-1)})


def test_codes_count_up_within_the_year(db: Session, service: Any, due: str) -> None:
    codes = [written(db, service).code for _ in range(3)]

    assert [code[-9:] for code in codes] == [f"{farm.day(0).year}-000{n}" for n in (1, 2, 3)]


def test_an_edit_replaces_the_lines_and_raises_the_version(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    document = written(db, service, NewLine(vase.id, 3))

    service.edit(db, document.id, 1, lines=[NewLine(vase.id, 7), NewLine(vase.id, 1)])

    db.expire_all()
    assert [(line.line_number, line.quantity) for line in document.lines] == [(1, 7), (2, 1)]
    assert document.total == Decimal("159.92")
    assert document.version == 2


def test_an_edit_may_take_all_lines_away(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    document = written(db, service, NewLine(vase.id, 3))

    service.edit(db, document.id, 1, lines=[])

    db.expire_all()
    assert document.lines == []


def test_an_edit_leaves_what_it_does_not_name(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    document = written(db, service, NewLine(vase.id, 3), **{due: farm.day(2)})

    service.edit(db, document.id, 1)

    assert [line.quantity for line in document.lines] == [3]
    assert getattr(document, due) == farm.day(2)


def test_an_edit_may_change_the_day(db: Session, service: Any, due: str) -> None:
    document = written(db, service)

    service.edit(db, document.id, 1, **{due: farm.day(40)})

    assert getattr(document, due) == farm.day(40)


def test_an_edit_cannot_put_the_day_before_the_document(
    db: Session, service: Any, due: str
) -> None:
    document = written(db, service)

    with pytest.raises(InvalidInputError, match=rf"it cannot be \D+ {farm.day(-1)}"):
        service.edit(db, document.id, 1, **{due: farm.day(-1)})


def test_an_edit_names_products_that_exist(db: Session, service: Any, due: str) -> None:
    document = written(db, service)

    with pytest.raises(InvalidInputError, match="no product has the id 0"):
        service.edit(db, document.id, 1, lines=[NewLine(0, 1)])


def test_an_edit_of_what_was_edited_since_is_refused(
    db: Session, service: Any, due: str, vase: Product
) -> None:
    document = written(db, service, NewLine(vase.id, 3))
    service.edit(db, document.id, 1)

    with pytest.raises(StaleVersionError, match="version 1 was edited, 2 is the latest"):
        service.edit(db, document.id, 1, lines=[])

    assert len(document.lines) == 1
