"""From what is short to what has come: suggested, drafted, placed, received in parts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from app.models import Item, ProductionOrder, Vendor
    from tests.factories import (
        ItemFactory,
        ProductFactory,
        ProductionOrderFactory,
        VendorFactory,
    )

    from .people import Worker

pytestmark = pytest.mark.integration


@pytest.fixture
def spoolworks(vendor_factory: type[VendorFactory]) -> Vendor:
    """A vendor who delivers within five days."""
    return vendor_factory.create(name="Spoolworks", lead_time_days=5)


@pytest.fixture
def filament(item_factory: type[ItemFactory], spoolworks: Vendor) -> Item:
    """A filament at 2.5 cents a gram, sold by the kilogram, of which 300 g are left."""
    return item_factory.create(
        filament=True,
        preferred_vendor=spoolworks,
        minimum_order_quantity=Decimal(1000),
        inventory_transactions=[{"quantity": Decimal(300)}],
    )


@pytest.fixture
def insert(item_factory: type[ItemFactory], spoolworks: Vendor) -> Item:
    """A threaded insert at 8 cents, of which none is left."""
    return item_factory.create(preferred_vendor=spoolworks, unit_cost=Decimal("0.08"))


@pytest.fixture
def vases(
    product_factory: type[ProductFactory],
    production_order_factory: type[ProductionOrderFactory],
    filament: Item,
    insert: Item,
) -> ProductionOrder:
    """Twenty vases to be made in ten days, of forty grams of filament and three inserts each."""
    lines = [
        {"item": filament, "quantity_per": Decimal(40)},
        {"item": insert, "quantity_per": Decimal(3)},
    ]
    return production_order_factory.create(
        product=product_factory.create(bom_lines=lines),
        quantity_ordered=20,
        due_date=date.today() + timedelta(days=10),
    )


@pytest.fixture
def draft(planner: Worker, vases: ProductionOrder) -> Any:
    """The purchase order that is drafted for the vases."""
    (draft,) = planner.post("purchase-suggestions/orders")
    return draft


def receive(worker: Worker, order: Any, *quantities: str) -> Any:
    """The order once so much of each of its lines has come."""
    lines = [{"line_number": n, "quantity": each} for n, each in enumerate(quantities, start=1)]
    return worker.post(f"purchase-orders/{order['id']}/receipts", lines=lines)


def test_what_is_short_is_suggested_with_the_last_day_to_order_it(
    viewer: Worker, vases: ProductionOrder, filament: Item, insert: Item
) -> None:
    in_five_days = (date.today() + timedelta(days=5)).isoformat()

    suggested = {each["sku"]: each for each in viewer.get("purchase-suggestions")}

    assert {sku: each["missing"] for sku, each in suggested.items()} == {
        filament.sku: "500.0000",
        insert.sku: "60.0000",
    }
    assert [suggested[item.sku]["quantity"] for item in (filament, insert)] == [
        "1000.0000",
        "60.0000",
    ]
    assert {each["order_by"] for each in suggested.values()} == {in_five_days}
    assert {each["vendor"] for each in suggested.values()} == {"Spoolworks"}


def test_all_that_a_vendor_sells_is_drafted_on_one_order(
    draft: Any, filament: Item, insert: Item
) -> None:
    assert (draft["vendor"]["name"], draft["status"]) == ("Spoolworks", "draft")
    assert {line["item"]["sku"]: line["total_cost"] for line in draft["lines"]} == {
        filament.sku: "25.00",
        insert.sku: "4.80",
    }
    assert draft["total"] == "29.80"


def test_what_is_drafted_is_not_suggested_again(planner: Worker, draft: Any) -> None:
    assert planner.get("purchase-suggestions") == []
    assert planner.post("purchase-suggestions/orders") == []


def test_a_draft_ends_no_shortage_and_an_order_does(planner: Worker, draft: Any) -> None:
    assert len(planner.get("shortages")) == 2

    placed = planner.post(f"purchase-orders/{draft['id']}/place")

    assert placed["status"] == "ordered"
    assert placed["expected_date"] == (date.today() + timedelta(days=5)).isoformat()
    assert planner.get("shortages") == []


def test_a_delivery_comes_in_parts(
    planner: Worker, operator: Worker, draft: Any, filament: Item, insert: Item
) -> None:
    planner.post(f"purchase-orders/{draft['id']}/place")
    assert [line["item"]["id"] for line in draft["lines"]] == [filament.id, insert.id]

    partly = receive(operator, draft, "1000", "20")
    rest = [{"line_number": 2, "quantity": "40"}]
    whole = operator.post(f"purchase-orders/{draft['id']}/receipts", lines=rest)

    assert (partly["status"], whole["status"]) == ("partly_received", "received")
    moves = planner.get("inventory-transactions", reference=draft["code"], sort="id")
    assert {move["transaction_type"] for move in moves} == {"receive"}
    assert [(move["item_id"], move["quantity"]) for move in moves] == [
        (filament.id, "1000.0000"),
        (insert.id, "20.0000"),
        (insert.id, "40.0000"),
    ]


def test_more_than_was_ordered_is_not_received(
    planner: Worker, operator: Worker, draft: Any
) -> None:
    path = f"purchase-orders/{draft['id']}"
    planner.post(f"{path}/place")
    receive(operator, draft, "10")
    too_much = [{"line_number": 1, "quantity": "990.0001"}]

    refusal = operator.refused(f"{path}/receipts", lines=too_much)

    assert "990 g open" in refusal
    assert planner.get(path)["lines"][0]["quantity_received"] == "10.0000"


def test_what_came_can_be_made_into_vases(
    planner: Worker, operator: Worker, vases: ProductionOrder, draft: Any
) -> None:
    release = f"production-orders/{vases.id}/release"
    planner.post(f"purchase-orders/{draft['id']}/place")
    assert "lacks 500 g of" in planner.refused(release)

    receive(operator, draft, *(line["quantity"] for line in draft["lines"]))

    assert planner.post(release)["status"] == "released"
    promised = planner.get("reservations", production_order_id=vases.id)
    assert sorted(each["quantity"] for each in promised) == ["60.0000", "800.0000"]


def test_stock_is_worth_what_it_costs(
    planner: Worker, operator: Worker, draft: Any, filament: Item, insert: Item
) -> None:
    planner.post(f"purchase-orders/{draft['id']}/place")
    receive(operator, draft, *(line["quantity"] for line in draft["lines"]))

    valuation = planner.get("stock-valuation")

    assert {each["sku"]: each["value"] for each in valuation["items"]} == {
        filament.sku: "32.50",
        insert.sku: "4.80",
    }
    assert valuation["total"] == "37.30"


def test_the_timeline_tells_when_the_filament_comes_and_goes(
    planner: Worker, vases: ProductionOrder, draft: Any, filament: Item
) -> None:
    planner.post(f"purchase-orders/{draft['id']}/place")

    timeline = planner.get(f"items/{filament.id}/timeline")

    assert timeline["on_hand"] == "300.0000"
    assert [(each["document"], each["balance"]) for each in timeline["entries"]] == [
        (draft["code"], "1300.0000"),
        (vases.code, "500.0000"),
    ]
