"""A trait keeps to what the services write, whatever lines, quantities and bills it is given."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from app.services import production, purchasing, quotes, sales_orders, shipping
from tests import factories as f

from .paths.steps import confirm_from_stock, put_in_stock, release, report, ship, start
from .snapshots import differences, left_by

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Product, ProductionOrder, SalesOrder

pytestmark = pytest.mark.integration


@pytest.fixture
def wasteful() -> Product:
    """A product whose material does not come out even, one item of it on two lines."""
    pla = f.ItemFactory.create(filament=True)
    third = {"item": pla, "quantity_per": Decimal("0.3333"), "with_scrap": True}
    return f.ProductFactory.create(bom_lines=[third, {"item": pla}, {}])


@pytest.fixture
def deep() -> Product:
    """A product with a part that is made here, of which it takes three."""
    part = f.ItemFactory.create(made_here=True)
    return f.ProductFactory.create(bom_lines=[{}, {"item": part, "quantity_per": Decimal(3)}])


def assert_same(db: Session, make: Any, path: Any) -> None:
    found = differences(left_by(db, make), left_by(db, path))
    assert not found, "\n".join(found)


def confirmed(db: Session, **given: Any) -> SalesOrder:
    return sales_orders.confirm(db, f.SalesOrderFactory.create(**given).id)


def drafted(db: Session, product: Product, quantity: int = 10) -> ProductionOrder:
    return production.create(db, product.id, quantity)


def test_five_pieces_a_line_are_shipped(db: Session) -> None:
    given = {"lines": 2, "lines__quantity": 5}

    assert_same(
        db,
        lambda: f.SalesOrderFactory.create(shipped=True, **given),
        lambda: ship(db, f.SalesOrderFactory.create(**given)),
    )


def test_half_of_the_first_of_three_lines_is_shipped(db: Session) -> None:
    given = {"lines": 3, "lines__quantity": 5}

    assert_same(
        db,
        lambda: f.SalesOrderFactory.create(partly_shipped=True, **given),
        lambda: ship(db, f.SalesOrderFactory.create(**given), {1: 3}),
    )


def test_what_was_quoted_is_shipped(db: Session) -> None:
    def path() -> None:
        order = quotes.convert(db, f.QuoteFactory.create(accepted=True).id)
        shipping.ship(
            db,
            confirm_from_stock(db, order).id,
            carrier="Test Carrier",
            tracking_number="TRACK-0001",
        )

    assert_same(db, lambda: f.SalesOrderFactory.create(quoted=True, shipped=True), path)


def test_an_order_is_ready_once_its_pieces_are_made(db: Session) -> None:
    def path() -> None:
        given = {"lines": 2, "lines__quantity": 4, "lines__product__bom_lines": 2}
        for made in confirmed(db, **given).production_orders:
            report(db, made, 4)

    made = {"lines__quantity": 4, "lines__made": True}
    assert_same(db, lambda: f.SalesOrderFactory.create(ready=True, **made), path)


def test_what_was_made_for_an_order_that_was_called_off_is_promised_to_nobody(db: Session) -> None:
    def path() -> None:
        order = confirmed(db, lines=2, lines__product__bom_lines=2)
        for made in order.production_orders:
            report(db, made, 1)
        sales_orders.cancel(db, order.id)

    assert_same(db, lambda: f.SalesOrderFactory.create(called_off=True, lines__made=True), path)


def test_two_lines_of_one_product_are_made_by_an_order_each(db: Session, wasteful: Product) -> None:
    given = {"lines": 2, "lines__product": wasteful, "lines__quantity": 7}

    def path() -> None:
        for made in confirmed(db, **given).production_orders:
            start(db, made)

    assert_same(db, lambda: f.SalesOrderFactory.create(in_production=True, **given), path)


@pytest.mark.parametrize("good,scrapped", [(1, 0), (0, 3), (3, 4), (7, 3)])
def test_reported_pieces_take_their_share_of_what_was_rounded(
    db: Session, wasteful: Product, good: int, scrapped: int
) -> None:
    state = "completed" if good + scrapped == 10 else "in_progress"
    done = {"quantity_completed": good, "quantity_scrapped": scrapped}

    assert_same(
        db,
        lambda: f.ProductionOrderFactory.create(**{state: True}, product=wasteful, **done),
        lambda: report(db, drafted(db, wasteful), good, scrapped),
    )


def test_a_released_order_takes_what_the_bill_in_force_says(db: Session) -> None:
    product = f.ProductFactory.create(with_revised_bom=True)

    assert_same(
        db,
        lambda: f.ProductionOrderFactory.create(released=True, product=product),
        lambda: release(db, drafted(db, product)),
    )


def test_parts_are_taken_from_stock_as_bought_material_is(db: Session, deep: Product) -> None:
    assert_same(
        db,
        lambda: f.ProductionOrderFactory.create(half_completed=True, product=deep),
        lambda: report(db, drafted(db, deep), 5),
    )


@pytest.mark.parametrize("trait", ["confirmed", "called_off"])
def test_parts_of_a_confirmed_order_are_to_be_made_too(
    db: Session, deep: Product, trait: str
) -> None:
    given = {"lines": [{"product": deep, "quantity": 4}]}

    def path() -> None:
        order = confirmed(db, **given)
        if trait == "called_off":
            sales_orders.cancel(db, order.id)

    assert_same(db, lambda: f.SalesOrderFactory.create(**{trait: True}, **given), path)


def test_parts_that_are_made_are_promised_to_the_order_that_takes_them(
    db: Session, deep: Product
) -> None:
    part = deep.bom_lines[1].item.product
    line = {"product": deep, "quantity": 4}

    def make() -> None:
        drafts = {"stocked": True, "production_orders": [{}]}
        sold = f.SalesOrderFactory.create(status="in_production", lines=[line | drafts])
        f.ProductionOrderFactory.create(
            half_completed=True,
            sales_order=sold,
            sales_order_line=1,
            product=part,
            quantity_ordered=12,
        )

    def path() -> None:
        _, for_parts = confirmed(db, lines=[line]).production_orders
        report(db, for_parts, 6)

    assert_same(db, make, path)


def test_half_of_what_was_ordered_is_received_to_the_gram(db: Session) -> None:
    line = {"item": f.ItemFactory.create(filament=True), "quantity": Decimal("750.5")}

    def path() -> None:
        order = f.PurchaseOrderFactory.create(lines=[line])
        purchasing.place(db, order.id)
        purchasing.receive(db, order.id, {1: Decimal("375.5")})

    assert_same(db, lambda: f.PurchaseOrderFactory.create(partly_received=True, lines=[line]), path)


def test_an_order_is_ready_beside_stock_that_nobody_was_promised(db: Session) -> None:
    product = f.ProductFactory.create(with_stock=True)
    assert product.item is not None
    item = product.item

    def path() -> None:
        put_in_stock(db, item, 3)
        confirmed(db, lines=[{"product": product, "quantity": 3}])

    assert_same(
        db,
        lambda: f.SalesOrderFactory.create(ready=True, lines=[{"product": product, "quantity": 3}]),
        path,
    )
