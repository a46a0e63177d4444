"""`create_test_*`: the defaults that callers rely on, and what they may give instead."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.auth import verify_password
from app.models import InventoryTransaction, Reservation
from factoryfloor.errors import RefusedRowError
from tests import factories as f

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration

TODAY = date.today()
YEAR = TODAY.year

DEFAULTS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (
        f.create_test_user,
        {"username": "testuser1", "email": "test1@example.com", "is_active": True},
    ),
    (
        f.create_test_customer,
        {"name": "Test Customer 1", "email": "customer1@example.com", "phone": "555-0001"},
    ),
    (
        f.create_test_vendor,
        {"name": "Test Vendor 1", "email": "vendor1@example.com", "lead_time_days": 3},
    ),
    (
        f.create_test_item,
        {
            "sku": "ITEM-0001",
            "name": "Test Item 1",
            "item_type": "raw_material",
            "unit": "ea",
            "unit_cost": Decimal("10.00"),
            "reorder_point": 10,
        },
    ),
    (
        f.create_test_product,
        {
            "sku": "PROD-0001",
            "name": "Test Product 1",
            "description": "Test product",
            "unit_price": Decimal("99.99"),
            "bom_lines": [],
        },
    ),
    (
        f.create_test_sales_order,
        {
            "code": f"SO-{YEAR}-0001",
            "status": "pending",
            "order_date": TODAY,
            "ship_date": TODAY + timedelta(days=7),
            "lines": [],
        },
    ),
    (
        f.create_test_production_order,
        {
            "code": f"PO-{YEAR}-0001",
            "quantity_ordered": 10,
            "quantity_completed": 0,
            "quantity_scrapped": 0,
            "status": "draft",
            "sales_order": None,
            "printer": None,
        },
    ),
    (
        f.create_test_purchase_order,
        {
            "code": f"PUR-{YEAR}-0001",
            "status": "draft",
            "order_date": TODAY,
            "expected_date": TODAY + timedelta(days=3),
            "lines": [],
        },
    ),
    (f.create_test_printer, {"name": "Printer-01", "model": "P1S", "status": "idle"}),
    (
        f.create_test_inventory,
        {
            "transaction_type": "receive",
            "quantity": 100,
            "reference": "TEST-RECEIVE",
            "notes": "Test inventory setup",
        },
    ),
]


@pytest.mark.parametrize(
    "create,expected", DEFAULTS, ids=lambda case: getattr(case, "__name__", "")
)
def test_defaults_are_the_same_before_and_after_a_reload(
    db: Session, create: Callable[..., Any], expected: dict[str, Any]
) -> None:
    row = create(db)

    made = {name: getattr(row, name) for name in expected}
    db.expire_all()
    read = {name: getattr(row, name) for name in expected}
    assert made == read == expected


@pytest.mark.parametrize("create", [create for create, _ in DEFAULTS], ids=lambda c: c.__name__)
def test_two_of_a_kind_stand_side_by_side(db: Session, create: Callable[..., Any]) -> None:
    assert create(db).id != create(db).id


def test_a_user_logs_in_with_the_password_given(db: Session) -> None:
    user = f.create_test_user(db, username="ada", password="difference engine")

    assert user.username == "ada"
    assert verify_password("difference engine", user.hashed_password)
    assert not verify_password("testpass123", user.hashed_password)


def test_any_column_may_be_given(db: Session) -> None:
    order = f.create_test_sales_order(db, status="shipped", ship_date=date(2001, 2, 3))

    assert (order.status, order.ship_date) == ("shipped", date(2001, 2, 3))


@pytest.mark.parametrize(
    "create,status",
    [
        (f.create_test_sales_order, "partly_shipped"),
        (f.create_test_production_order, "in_progress"),
        (f.create_test_purchase_order, "received"),
        (f.create_test_printer, "printing"),
    ],
)
def test_a_status_alone_moves_and_promises_nothing(
    db: Session, create: Callable[..., Any], status: str
) -> None:
    assert create(db, status=status).status == status

    for model in (InventoryTransaction, Reservation):
        assert db.scalars(select(model)).all() == []


def test_bom_items_become_the_bill_of_materials(db: Session) -> None:
    filament, screw = f.create_test_item(db), f.create_test_item(db)

    product = f.create_test_product(db, bom_items=[(filament, 0.1), (screw, 4)])

    assert [(line.item, line.quantity_per) for line in product.bom_lines] == [
        (filament, Decimal("0.1")),
        (screw, 4),
    ]


def test_sales_order_lines_take_the_price_of_the_product_unless_given(db: Session) -> None:
    product = f.create_test_product(db, unit_price=Decimal("12.50"))

    order = f.create_test_sales_order(
        db,
        lines=[{"product": product, "qty": 10}, {"product": product, "unit_price": 0.1}],
    )

    db.expire_all()
    assert [
        (line.line_number, line.product, line.quantity, line.unit_price, line.total_price)
        for line in order.lines
    ] == [
        (1, product, 10, Decimal("12.50"), Decimal("125.00")),
        (2, product, 1, Decimal("0.10"), Decimal("0.10")),
    ]


def test_purchase_order_lines_take_the_cost_of_the_item_unless_given(db: Session) -> None:
    item = f.create_test_item(db, unit_cost=Decimal("0.0250"))

    order = f.create_test_purchase_order(
        db, lines=[{"item": item, "qty": 5, "unit_cost": 2}, {"item": item}]
    )

    db.expire_all()
    assert [(line.line_number, line.quantity, line.unit_cost) for line in order.lines] == [
        (1, Decimal(5), Decimal(2)),
        (2, Decimal(1), Decimal("0.0250")),
    ]


def test_a_purchase_order_is_expected_after_its_vendors_lead_time(db: Session) -> None:
    vendor = f.create_test_vendor(db, lead_time_days=30)

    order = f.create_test_purchase_order(db, vendor=vendor)

    assert order.expected_date == TODAY + timedelta(days=30)


def test_a_production_order_for_a_sales_order_line_makes_its_product(db: Session) -> None:
    product = f.create_test_product(db)
    sales_order = f.create_test_sales_order(db, lines=[{}, {"product": product}])

    order = f.create_test_production_order(db, sales_order=sales_order, sales_order_line=2, qty=7)

    assert (order.product, order.quantity_ordered) == (product, 7)


def test_an_id_stands_for_the_row_it_names(db: Session) -> None:
    vendor = f.create_test_vendor(db, lead_time_days=1)

    order = f.create_test_purchase_order(db, vendor_id=vendor.id)

    assert order.vendor is vendor
    assert order.expected_date == TODAY + timedelta(days=1)


def test_an_unknown_key_of_a_line_is_named(db: Session) -> None:
    with pytest.raises(RefusedRowError, match="produkt is unknown; did you mean product"):
        f.create_test_sales_order(db, lines=[{"produkt": None}])


def test_a_quantity_given_twice_is_refused(db: Session) -> None:
    with pytest.raises(TypeError, match="qty and quantity_ordered are the same"):
        f.create_test_production_order(db, qty=1, quantity_ordered=2)


def test_numbers_start_again_after_a_reset(db: Session) -> None:
    f.create_test_customer(db)
    f.reset_sequences()

    assert f.create_test_customer(db).name == "Test Customer 1"


def test_lines_by_their_orders_id_are_numbered_on(db: Session) -> None:
    order = f.SalesOrderFactory.create(lines=1)

    f.SalesOrderLineFactory.create(sales_order_id=order.id)
    db.expire_all()
    f.SalesOrderLineFactory.create_batch(2, sales_order_id=order.id)

    assert [line.line_number for line in order.lines] == [1, 2, 3, 4]
