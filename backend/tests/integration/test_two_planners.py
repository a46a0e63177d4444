"""Two planners at one document: one is served, the other is told what has become of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from sqlalchemy import select

from app.models import (
    Item,
    Product,
    PurchaseOrder,
    Quote,
    SalesOrder,
    Vendor,
)
from app.services import (
    catalog,
    production,
    purchase_suggestions,
    purchasing,
    quotes,
)
from app.services import sales_orders as sales
from app.services.errors import RuleError, StaleVersionError

from .collisions import Person, collide, crowd

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Customer
    from factoryfloor import ModelFactory
    from tests.factories import (
        ProductFactory,
        ProductionOrderFactory,
        QuoteFactory,
    )

    from .people import Worker

pytestmark = [pytest.mark.integration, pytest.mark.committed_db]

Edit: TypeAlias = Callable[..., Any]

EDITS: dict[str, tuple[type[Any], Edit]] = {
    "quote": (Quote, lambda db, i: quotes.edit(db, i, 1, lines=[])),
    "sales_order": (SalesOrder, lambda db, i: sales.edit(db, i, 1, lines=[])),
    "purchase_order": (PurchaseOrder, lambda db, i: purchasing.edit(db, i, 1, lines=[])),
    "item": (Item, lambda db, i: catalog.edit_item(db, i, 1, {"name": "PLA"})),
    "product": (Product, lambda db, i: catalog.edit_product(db, i, 1, {"name": "Vase"})),
}


@pytest.mark.parametrize("edited", EDITS)
def test_of_two_edits_of_one_version_the_second_is_stale(
    request: pytest.FixtureRequest, db: Session, edited: str
) -> None:
    model, edit = EDITS[edited]
    row_factory: type[ModelFactory[Any]] = request.getfixturevalue(f"{edited}_factory")
    row_id = row_factory.create().id

    _, second = collide(lambda db: edit(db, row_id), lambda db: edit(db, row_id))

    assert isinstance(second, StaleVersionError)
    assert db.get_one(model, row_id).version == 2


def test_a_quote_becomes_one_order(db: Session, quote_factory: type[QuoteFactory]) -> None:
    quote = quote_factory.create(accepted=True).id

    code, refusal = collide(
        lambda db: quotes.convert(db, quote).code, lambda db: quotes.convert(db, quote).code
    )

    assert isinstance(refusal, RuleError)
    assert code in str(refusal)
    assert db.scalars(select(SalesOrder.code)).all() == [code]


def test_two_requests_that_convert_one_quote_make_one_order(
    planner: Worker, admin: Worker, db: Session, quote_factory: type[QuoteFactory]
) -> None:
    quote = quote_factory.create(accepted=True).id
    path = f"quotes/{quote}/convert"
    people = [Person(partial(worker.client.post, path)) for worker in (planner, admin)]

    crowd(lambda db: db.get(Quote, quote, with_for_update=True), *people)

    first, second = (person.outcome for person in people)
    assert (first.status_code, second.status_code) == (201, 409)
    assert f"became {first.json()['code']} already" in second.json()["detail"]
    assert db.scalars(select(SalesOrder.code)).all() == [first.json()["code"]]


def test_a_quote_is_accepted_or_declined(db: Session, quote_factory: type[QuoteFactory]) -> None:
    quote = quote_factory.create(sent=True).id

    _, second = collide(
        lambda db: quotes.accept(db, quote).status, lambda db: quotes.decline(db, quote).status
    )

    assert isinstance(second, RuleError)
    assert db.get_one(Quote, quote).status == "accepted"


NUMBERED: dict[str, Callable[[Session, Any], str]] = {
    "customer": lambda db, i: quotes.create(db, i, []).code,
    "vendor": lambda db, i: purchasing.create(db, i, []).code,
    "product": lambda db, i: production.create(db, i, 1).code,
}


@pytest.mark.parametrize("numbered", NUMBERED)
def test_two_documents_at_once_have_numbers_one_after_the_other(
    request: pytest.FixtureRequest, numbered: str
) -> None:
    row_id = request.getfixturevalue(f"{numbered}_factory").create().id

    codes = collide(
        lambda db: NUMBERED[numbered](db, row_id), lambda db: NUMBERED[numbered](db, row_id)
    )

    assert [int(code.rpartition("-")[2]) for code in codes] == [1, 2]


def test_a_number_that_was_not_used_goes_to_the_next(customer: Customer) -> None:
    buyer = customer.id

    codes = collide(
        lambda db: sales.create(db, buyer, []).code,
        lambda db: sales.create(db, buyer, []).code,
        first_commits=False,
    )

    assert codes[0] == codes[1]
    assert codes[1].endswith("-0001")


def test_what_is_short_is_drafted_once(
    db: Session,
    vendor: Vendor,
    product_factory: type[ProductFactory],
    production_order_factory: type[ProductionOrderFactory],
) -> None:
    product = product_factory.create(bom_lines=[{"item__preferred_vendor": vendor}])
    production_order_factory.create(product=product, quantity_ordered=12)

    first, second = collide(
        lambda db: [order.code for order in purchase_suggestions.draft_orders(db)],
        lambda db: [order.code for order in purchase_suggestions.draft_orders(db)],
    )

    (order,) = db.scalars(select(PurchaseOrder))
    assert (first, second) == ([order.code], [])
    assert [line.quantity for line in order.lines] == [12]
