"""What holds of every scenario that the interface names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models import Item, Product, SalesOrder, User, Vendor
from app.services.numbering import next_code
from factoryfloor.scenarios import Catalogue, Scenario, data_of
from factoryfloor.settings import load
from tests.factories import PrinterFactory, PurchaseOrderFactory, SalesOrderFactory, reset_sequences
from tests.scenarios import (
    basic,
    empty,
    full_demand_chain,
    low_stock_with_allocations,
    production_in_progress,
    so_with_blocking_issues,
)

from .scenarios import logged_in, untrue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration

SCENARIOS: list[Scenario[..., Any]] = [
    empty,
    basic,
    low_stock_with_allocations,
    production_in_progress,
    full_demand_chain,
    so_with_blocking_issues,
]
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)


def without_ids(data: Any) -> Any:
    """The data without what a sequence of the database gave."""
    if isinstance(data, list):
        return [without_ids(each) for each in data]
    if not isinstance(data, dict):
        return data
    return {
        key: without_ids(value)
        for key, value in data.items()
        if key != "id" and not key.endswith("_id")
    }


def rows_of(data: Any) -> list[dict[str, Any]]:
    """Each row that the data tells of, by its keys."""
    if isinstance(data, list):
        return [row for each in data for row in rows_of(each)]
    if not isinstance(data, dict):
        return []
    own = [data] if "id" in data else []
    return [*own, *(row for value in data.values() for row in rows_of(value))]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(load(Path(__file__).parents[2] / "pyproject.toml"))


@pytest.mark.parametrize(
    "name,canonical",
    [
        *((each.name, each.name) for each in SCENARIOS),
        ("production-mto", "production-in-progress"),
        ("production-with-shortage", "full-demand-chain"),
        ("full-production-context", "full-demand-chain"),
    ],
)
def test_every_door_finds_it_by_name_and_alias(
    catalogue: Catalogue, name: str, canonical: str
) -> None:
    found = catalogue.find(name)

    assert found.name == canonical
    assert found in SCENARIOS


def test_only_production_has_a_size(catalogue: Catalogue) -> None:
    sizes = {each.name: each.scale for each in catalogue if each in SCENARIOS}

    assert {name for name, scale in sizes.items() if scale is not None} == {
        "production-in-progress"
    }
    assert sizes["production-in-progress"] == 1


@each_scenario
def test_its_books_are_right(db: Session, scenario: Any) -> None:
    scenario(db)

    assert untrue(db) == []


@each_scenario
def test_it_commits_nothing_and_says_the_same_again(db: Session, scenario: Any) -> None:
    first = data_of(scenario(db))
    db.rollback()
    assert db.scalars(select(User)).all() == []
    reset_sequences()

    again = data_of(scenario(db))

    assert without_ids(again) == without_ids(first)


@each_scenario
def test_its_credentials_log_in(
    db: Session, make_sync_client: Callable[[], TestClient], scenario: Any
) -> None:
    credentials: Any = data_of(scenario(db).admin)
    form = {name: credentials[name] for name in ("username", "password")}

    response = make_sync_client().post("/api/v1/auth/login", data=form)

    assert response.status_code == 200
    assert set(credentials) == {"user_id", "username", "password", "email", "role"}


@each_scenario
def test_its_rows_are_told_by_id_and_by_what_people_call_them(db: Session, scenario: Any) -> None:
    rows = rows_of(data_of(scenario(db)))

    assert bool(rows) == (scenario is not empty)
    assert [row for row in rows if not row.keys() & {"code", "sku", "name", "line_number"}] == []


@pytest.mark.parametrize("scenario", SCENARIOS[2:], ids=lambda each: each.name)
def test_it_stands_on_the_basic_farm(db: Session, scenario: Any) -> None:
    def stands() -> list[set[str]]:
        columns = (Item.sku, Product.sku, Vendor.name, User.username)
        return [set(db.scalars(select(column))) for column in columns]

    basic(db)
    expected = stands()
    db.rollback()

    scenario(db)

    assert stands() == expected


@each_scenario
def test_factories_go_on_behind_it(db: Session, scenario: Any) -> None:
    scenario(db)

    order = SalesOrderFactory.create(confirmed=True, quoted=True)
    PurchaseOrderFactory.create(ordered=True)
    PrinterFactory.create(printing=True)

    assert untrue(db) == []
    assert next_code(db, SalesOrder) > order.code


def test_a_browser_finds_what_it_is_told_of(
    db: Session, make_sync_client: Callable[[], TestClient]
) -> None:
    made = full_demand_chain(db)
    told: Any = data_of(made)

    admin = logged_in(make_sync_client(), made.admin)

    for path, row in (
        ("sales-orders", told["sales_order"]),
        ("production-orders", told["production_order"]),
        *(("purchase-orders", order) for order in told["purchase_orders"]),
    ):
        shown = admin.get(f"{path}/{row['id']}")
        assert (shown["code"], shown["status"]) == (row["code"], row["status"])
    assert told["filament"]["missing"] == "2.5000"
