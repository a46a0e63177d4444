"""What holds of every scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models import Item, Product, SalesOrder, User, Vendor
from app.services.numbering import next_code
from factoryfloor.randomness import reseeded
from factoryfloor.scenarios import Catalogue, Scenario, data_of
from factoryfloor.settings import load
from tests.factories import PrinterFactory, PurchaseOrderFactory, SalesOrderFactory, reset_sequences
from tests.scenarios import (
    Credentials,
    basic,
    busy,
    empty,
    full_demand_chain,
    low_stock_with_allocations,
    printer_down,
    production_in_progress,
    quote_to_cash,
    rush_order,
    so_with_blocking_issues,
    vendor_late,
)

from .scenarios import logged_in, untrue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration

STATES_OF_THE_FARM: list[Scenario[..., Any]] = [
    low_stock_with_allocations,
    production_in_progress,
    full_demand_chain,
    so_with_blocking_issues,
]
STORIES: list[Scenario[..., Any]] = [quote_to_cash, rush_order, printer_down, vendor_late]
ON_THE_BASIC_FARM = [*STATES_OF_THE_FARM, *STORIES]


def a_small_busy_month(db: Session) -> busy.BusyMonth:
    """The month with some forty orders; at its own size it takes seconds."""
    return busy.month(db, 40)


def for_each(*scenarios: Any) -> pytest.MarkDecorator:
    """Calls the test with each of these; the small month stands for the busy one."""
    found = [pytest.param(one, id=getattr(one, "name", "busy-month")) for one in scenarios]
    return pytest.mark.parametrize("scenario", found)


NAMES = (
    *("empty", "basic", "low-stock-with-allocations", "production-in-progress"),
    *("full-demand-chain", "so-with-blocking-issues"),
    *("quote-to-cash", "rush-order", "printer-down", "vendor-late", "busy-month"),
)
each_scenario = for_each(empty, basic, *ON_THE_BASIC_FARM, a_small_busy_month)


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


def test_the_farm_has_these_scenarios(catalogue: Catalogue) -> None:
    assert set(catalogue) == {empty, basic, *ON_THE_BASIC_FARM, busy.busy_month}


@pytest.mark.parametrize(
    "name,canonical",
    [
        ("production-mto", "production-in-progress"),
        ("production-with-shortage", "full-demand-chain"),
        ("full-production-context", "full-demand-chain"),
        *((name, name) for name in NAMES),
    ],
)
def test_every_door_finds_it_by_name_and_alias(
    catalogue: Catalogue, name: str, canonical: str
) -> None:
    assert catalogue.find(name).name == canonical


def test_only_production_and_the_month_have_sizes(catalogue: Catalogue) -> None:
    sizes = {scenario.name: scenario.scale for scenario in catalogue if scenario.scale is not None}

    assert sizes == {"production-in-progress": 1, "busy-month": 1}


@each_scenario
def test_its_books_are_right(db: Session, scenario: Any) -> None:
    scenario(db)

    assert untrue(db) == []


@each_scenario
def test_it_commits_nothing_and_says_the_same_again(db: Session, scenario: Any) -> None:
    with reseeded(0, "a scenario"):
        first = data_of(scenario(db))
    db.rollback()
    assert db.scalars(select(User)).all() == []
    reset_sequences()

    with reseeded(0, "a scenario"):
        again = data_of(scenario(db))

    assert without_ids(again) == without_ids(first)


@each_scenario
def test_its_credentials_log_in(
    db: Session, make_sync_client: Callable[[], TestClient], scenario: Any
) -> None:
    made = vars(scenario(db))
    who = {name: found for name, found in made.items() if isinstance(found, Credentials)}

    answers = {name: logs_in(make_sync_client(), data_of(found)) for name, found in who.items()}

    assert "admin" in who
    assert answers == dict.fromkeys(who, 200)
    assert {name: str(found.role) for name, found in who.items()} == {name: name for name in who}


def logs_in(client: TestClient, told: Any) -> int:
    """The status of the answer to somebody with these credentials, as every door tells them."""
    assert set(told) == {"user_id", "username", "password", "email", "role"}
    form = {name: told[name] for name in ("username", "password")}
    return client.post("/api/v1/auth/login", data=form).status_code


# the others show shipments and movements of stock, which have an id alone
@for_each(empty, basic, *STATES_OF_THE_FARM, rush_order, vendor_late, a_small_busy_month)
def test_its_rows_are_told_by_id_and_by_what_people_call_them(db: Session, scenario: Any) -> None:
    rows = rows_of(data_of(scenario(db)))

    assert bool(rows) == (scenario is not empty)
    assert [row for row in rows if not row.keys() & {"code", "sku", "name", "line_number"}] == []


def farm(db: Session) -> list[set[str]]:
    """What is made, sold and bought there, and who works there."""
    columns = (Item.sku, Product.sku, Vendor.name, User.username)
    return [set(db.scalars(select(column))) for column in columns]


@pytest.fixture
def basic_farm(db: Session) -> list[set[str]]:
    """That of the farm that others stand on, which is gone again."""
    basic(db)
    found = farm(db)
    db.rollback()
    reset_sequences()
    return found


@for_each(*STATES_OF_THE_FARM)
def test_it_is_the_basic_farm(db: Session, basic_farm: list[set[str]], scenario: Any) -> None:
    scenario(db)

    assert farm(db) == basic_farm


@for_each(*STORIES)
def test_it_stands_on_the_basic_farm(
    db: Session, basic_farm: list[set[str]], scenario: Any
) -> None:
    scenario(db)

    assert all(here >= there for here, there in zip(farm(db), basic_farm, strict=True))
    assert farm(db)[:2] == basic_farm[:2]


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
