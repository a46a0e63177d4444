"""What the models fill in by themselves, and what the database refuses whoever writes it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from app.models import Item, SalesOrderLine, User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Product, SalesOrder
    from factoryfloor import ModelFactory
    from tests.factories import (
        ProductionOrderFactory,
        PurchaseOrderFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("price,quantity,total", [("2.35", 3, "7.05"), ("0", 5, "0.00")])
def test_a_line_that_says_no_total_costs_price_times_quantity(
    db: Session, sales_order: SalesOrder, product: Product, price: str, quantity: int, total: str
) -> None:
    # written without a factory, which would fill the total in
    line = SalesOrderLine(
        sales_order=sales_order,
        line_number=1,
        product=product,
        quantity=quantity,
        unit_price=Decimal(price),
    )
    db.add(line)
    db.commit()

    assert line.total_price == Decimal(total)


def test_a_line_that_says_nothing_of_price_or_quantity_is_one_piece_for_nothing(
    db: Session, sales_order: SalesOrder, product: Product
) -> None:
    line = SalesOrderLine(sales_order=sales_order, line_number=1, product=product)
    db.add(line)
    db.commit()

    assert line.quantity == 1
    assert line.unit_price == line.total_price == 0


def test_a_line_without_a_price_is_refused(
    db: Session, sales_order: SalesOrder, product: Product
) -> None:
    # the mapped class would leave a None out, so that the column's default fills it in
    line = insert(SalesOrderLine).values(
        sales_order_id=sales_order.id, line_number=1, product_id=product.id, unit_price=None
    )

    with pytest.raises(IntegrityError, match='null value in column "unit_price"'):
        db.execute(line)


def test_rows_that_say_only_what_they_must_are_filled_in(db: Session) -> None:
    user = User(username="ada", email="ada@example.com", hashed_password="x")
    item = Item(sku="PLA", name="White PLA")
    db.add_all([user, item])
    db.commit()

    assert (user.role, user.is_active) == ("viewer", True)
    assert user.created_at.tzinfo is not None
    assert (item.item_type, item.unit) == ("raw_material", "ea")
    assert item.unit_cost == item.reorder_point == item.minimum_order_quantity == 0
    assert (item.preferred_vendor, item.version) == (None, 1)


@pytest.mark.parametrize(
    "factory,values,constraint",
    [
        ("item", {"unit_cost": Decimal("-0.0001")}, "unit_cost_not_negative"),
        ("item", {"minimum_order_quantity": -1}, "minimum_order_quantity_not_negative"),
        ("item", {"item_type": "gift"}, "item_type_known"),
        ("product", {"unit_price": Decimal("-0.01")}, "unit_price_not_negative"),
        ("product", {"bom_revision": 0}, "bom_revision_positive"),
        ("bom_line", {"quantity_per": 0}, "quantity_per_positive"),
        ("bom_line", {"revision": 0}, "revision_positive"),
        ("bom_line", {"scrap_factor": Decimal("-0.0001")}, "scrap_factor_not_negative"),
        ("vendor", {"lead_time_days": -1}, "lead_time_days_not_negative"),
        ("quote", {"valid_until": date(2000, 1, 1)}, "dates_in_order"),
        ("sales_order_line", {"quantity": 0, "total_price": 0}, "quantity_positive"),
        ("sales_order_line", {"quantity_shipped": 2}, "shipped_within_ordered"),
        ("sales_order_line", {"line_number": 0}, "line_number_positive"),
        ("production_order", {"quantity_ordered": 0}, "quantity_ordered_positive"),
        (
            "production_order",
            {"quantity_completed": 9, "quantity_scrapped": 2},
            "made_within_ordered",
        ),
        ("production_order", {"bom_revision": 0}, "bom_revision_positive"),
        ("reservation", {"quantity": 0}, "quantity_positive"),
        ("shipment_line", {"quantity": 0}, "quantity_positive"),
        ("purchase_order_line", {"quantity_received": 2}, "received_within_ordered"),
        ("purchase_order_line", {"quantity": 0}, "quantity_positive"),
    ],
)
def test_what_cannot_be_is_refused(
    request: pytest.FixtureRequest, factory: str, values: dict[str, Any], constraint: str
) -> None:
    row_factory: type[ModelFactory[Any]] = request.getfixturevalue(f"{factory}_factory")

    with pytest.raises(IntegrityError, match=f"ck_{factory}s_{constraint}"):
        row_factory.create(**values)


@pytest.mark.parametrize(
    "factory,column",
    [
        ("user", "username"),
        ("user", "email"),
        ("item", "sku"),
        ("product", "sku"),
        ("printer", "name"),
        ("quote", "code"),
        ("sales_order", "code"),
        ("production_order", "code"),
        ("purchase_order", "code"),
    ],
)
def test_what_names_a_row_names_only_one(
    request: pytest.FixtureRequest, factory: str, column: str
) -> None:
    row_factory: type[ModelFactory[Any]] = request.getfixturevalue(f"{factory}_factory")
    row_factory.create(**{column: "same"})

    with pytest.raises(IntegrityError, match=f"uq_{factory}s_{column}"):
        row_factory.create(**{column: "same"})


def test_an_order_takes_its_lines_with_it(
    db: Session, sales_order_factory: type[SalesOrderFactory]
) -> None:
    db.delete(sales_order_factory.create(with_lines=True))
    db.commit()

    assert db.scalar(select(func.count()).select_from(SalesOrderLine)) == 0


def test_a_printer_that_is_scrapped_leaves_its_orders(
    db: Session, production_order_factory: type[ProductionOrderFactory]
) -> None:
    order = production_order_factory.create(in_progress=True)

    db.delete(order.printer)
    db.commit()

    assert order.printer_id is None


@pytest.mark.parametrize("kept", ["customer", "vendor", "item", "product"])
def test_what_is_referred_to_cannot_be_deleted(
    db: Session,
    sales_order_factory: type[SalesOrderFactory],
    purchase_order_factory: type[PurchaseOrderFactory],
    kept: str,
) -> None:
    sold = sales_order_factory.create(lines=1)
    bought = purchase_order_factory.create(lines=1)
    rows = {
        "customer": sold.customer,
        "vendor": bought.vendor,
        "item": bought.lines[0].item,
        "product": sold.lines[0].product,
    }

    db.delete(rows[kept])

    with pytest.raises(IntegrityError, match=r"violates (RESTRICT|foreign key)"):
        db.flush()
