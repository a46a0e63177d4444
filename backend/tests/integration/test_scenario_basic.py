"""The farms before their first order: `empty` and `basic`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.database import Base
from app.models import Item, User
from app.services.bills_of_materials import requirements
from app.services.inventory import low_stock, stock
from tests.scenarios import Basic, basic, empty

from .scenarios import logged_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from .people import Worker

pytestmark = pytest.mark.integration


@pytest.fixture
def farm(db: Session) -> Basic:
    return basic(db)


@pytest.fixture
def admin(farm: Basic, make_sync_client: Callable[[], TestClient]) -> Worker:
    return logged_in(make_sync_client(), farm.admin)


def test_the_empty_farm_has_one_row_its_administrator(db: Session) -> None:
    farm = empty(db)

    rows = {
        table.name: count
        for table in Base.metadata.sorted_tables
        if (count := db.scalar(select(func.count()).select_from(table)))
    }
    assert rows == {"users": 1}
    assert db.get_one(User, farm.admin.user_id).role == "admin"


def test_the_administrator_of_the_empty_farm_logs_in(
    db: Session, make_sync_client: Callable[[], TestClient]
) -> None:
    farm = empty(db)

    admin = logged_in(make_sync_client(), farm.admin)

    me = admin.get("users/me")
    assert (me["id"], me["username"], me["role"]) == (farm.admin.user_id, "admin", "admin")
    assert [user["email"] for user in admin.get("users")] == [farm.admin.email]


def test_the_basic_farm_is_the_empty_one_and_more(farm: Basic, admin: Worker) -> None:
    assert admin.get("users/me")["role"] == "admin"
    assert [user["id"] for user in admin.get("users")] == [farm.admin.user_id]


def test_vendors_sell_all_that_is_bought(admin: Worker) -> None:
    vendors = {vendor["name"]: vendor["id"] for vendor in admin.get("vendors")}
    bought = [item for item in admin.get("items") if item["item_type"] != "finished_good"]

    assert {item["sku"] for item in bought} == {
        *("BOX-M", "INSERT-M3", "LED-KIT", "PETG-CLEAR", "PLA-BLACK")
    }
    assert {item["preferred_vendor_id"] for item in bought} == set(vendors.values())


def test_every_product_has_a_bill_that_ends_in_what_is_bought(db: Session, farm: Basic) -> None:
    needed = {need.sku: need.quantity for need in requirements(db, farm.products.lamp, Decimal(10))}

    assert needed["PETG-CLEAR"] == 1
    assert [needed["LED-KIT"], needed["BOX-M"]] == [10, 10]
    products = vars(farm.products).values()
    assert [product.sku for product in products if not product.bill] == []


def test_stock_is_there_unpromised_and_not_low(db: Session, farm: Basic, admin: Worker) -> None:
    there = stock(db, db.scalars(select(Item.id)).all())

    assert {each["sku"]: Decimal(each["on_hand"]) for each in admin.get("stock")} == {
        "LAMP-MOON": 0,
        "PLANTER-SW": 0,
        **farm.stock,
    }
    assert farm.stock["PLA-BLACK"] == 10
    assert {each.reserved for each in there.values()} == {0}
    assert low_stock(db) == []


def test_nothing_was_ordered_made_or_asked_for(admin: Worker) -> None:
    documents = ("quotes", "sales-orders", "production-orders", "purchase-orders", "shortages")

    assert {name: admin.get(name) for name in documents} == {name: [] for name in documents}
