"""What runs short is bought in time, from whom it is usually bought, and in no smaller quantity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.demand import shortages
from app.services.purchase_suggestions import Suggestion, draft_orders, suggestions
from tests.factories import (
    InventoryTransactionFactory,
    ItemFactory,
    ProductFactory,
    PurchaseOrderFactory,
    SalesOrderFactory,
    VendorFactory,
)

from .clock import stop_clock
from .short_items import item_of, need

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, PurchaseOrder, Vendor

pytestmark = pytest.mark.integration

TODAY = date(2031, 12, 30)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the last day but one of 2031."""
    stop_clock(monkeypatch, TODAY, "purchasing", "numbering")


@pytest.fixture
def vendor() -> Vendor:
    """A vendor who delivers within five days."""
    return VendorFactory.create(name="Filament & Co.", lead_time_days=5)


def draft(item: Item, quantity: str) -> PurchaseOrder:
    line = {"item": item, "quantity": Decimal(quantity)}
    return PurchaseOrderFactory.create(status="draft", lines=[line])


def wanted(db: Session) -> dict[str, Decimal]:
    return {suggestion.sku: suggestion.quantity for suggestion in suggestions(db)}


def test_where_nothing_runs_short_nothing_is_bought(db: Session, vendor: Vendor) -> None:
    item_of(vendor, minimum="500")

    assert suggestions(db) == []
    assert draft_orders(db) == []


def test_a_suggestion_says_what_to_buy_from_whom_and_when(db: Session, vendor: Vendor) -> None:
    pla = ItemFactory.create(
        sku="PLA",
        name="White PLA",
        unit="g",
        unit_cost=Decimal("0.0251"),
        preferred_vendor=vendor,
        minimum_order_quantity=Decimal(1000),
    )
    need(pla, "1200.5", due=date(2032, 1, 3))
    draft(pla, "100")

    assert suggestions(db) == [
        Suggestion(
            item_id=pla.id,
            sku="PLA",
            name="White PLA",
            unit="g",
            missing=Decimal("1200.5"),
            in_drafts=Decimal(100),
            quantity=Decimal("1100.5"),
            unit_cost=Decimal("0.0251"),
            vendor_id=vendor.id,
            vendor="Filament & Co.",
            needed_by=date(2032, 1, 3),
            order_by=date(2031, 12, 29),
        )
    ]


def test_without_a_preferred_vendor_it_is_ordered_when_it_is_needed(db: Session) -> None:
    need(item_of(None), "1", due=date(2032, 1, 3))

    (suggestion,) = suggestions(db)

    assert (suggestion.vendor_id, suggestion.vendor) == (None, None)
    assert suggestion.order_by == date(2032, 1, 3)


def test_what_is_there_and_what_vendors_owe_is_not_bought_again(
    db: Session, vendor: Vendor
) -> None:
    pla = item_of(vendor)
    need(pla, "100")
    InventoryTransactionFactory.create(item=pla, quantity=Decimal("30"))
    owed = {"item": pla, "quantity": Decimal("20.5")}
    PurchaseOrderFactory.create(status="ordered", lines=[owed])

    assert wanted(db) == {"PLA": Decimal("49.5")}


@pytest.mark.parametrize("minimum,quantity", [("0", "40"), ("39.9999", "40"), ("500", "500")])
def test_no_less_is_bought_than_the_vendor_sells(
    db: Session, vendor: Vendor, minimum: str, quantity: str
) -> None:
    need(item_of(vendor, minimum=minimum), "40")

    assert wanted(db) == {"PLA": Decimal(quantity)}


@pytest.mark.parametrize(
    "drafted,more", [("39.9999", {"PLA": Decimal("0.0001")}), ("40", {}), ("100", {})]
)
def test_what_drafts_ask_for_is_not_suggested_again(
    db: Session, vendor: Vendor, drafted: str, more: dict[str, Decimal]
) -> None:
    pla = item_of(vendor, minimum="0.0001")
    need(pla, "40")
    draft(pla, drafted)

    assert wanted(db) == more


def test_what_drafts_leave_missing_is_bought_at_the_minimum(db: Session, vendor: Vendor) -> None:
    pla = item_of(vendor, minimum="25")
    need(pla, "40")
    draft(pla, "30")

    assert wanted(db) == {"PLA": 25}


def test_what_is_made_here_is_not_bought(db: Session, vendor: Vendor) -> None:
    lid = ItemFactory.create(finished_good=True)
    ProductFactory.create(item=lid, bom_lines=[{"item": item_of(vendor)}])
    need(lid, "3")

    assert wanted(db) == {"PLA": 3}


def test_a_product_that_is_not_kept_in_stock_is_not_bought(db: Session) -> None:
    SalesOrderFactory.create(status="confirmed", lines=[{}])

    assert [shortage.item_id for shortage in shortages(db)] == [None]
    assert suggestions(db) == []


def test_the_most_urgent_comes_first_and_then_by_sku(db: Session, vendor: Vendor) -> None:
    slow = VendorFactory.create(lead_time_days=30)
    need(item_of(vendor, "SCREW"), "1", due=date(2032, 1, 20))
    need(item_of(vendor, "BOX"), "1", due=date(2032, 1, 20))
    need(item_of(slow, "MOTOR"), "1", due=date(2032, 2, 1))
    need(item_of(None, "CABLE"), "1", due=date(2032, 1, 5))

    found = suggestions(db)

    assert [(each.sku, each.order_by) for each in found] == [
        ("MOTOR", date(2032, 1, 2)),
        ("CABLE", date(2032, 1, 5)),
        ("BOX", date(2032, 1, 15)),
        ("SCREW", date(2032, 1, 15)),
    ]


def test_the_first_need_says_when_an_item_is_needed(db: Session, vendor: Vendor) -> None:
    pla = item_of(vendor)
    need(pla, "1", due=date(2032, 3, 1))
    need(pla, "2", due=date(2032, 2, 1))

    (suggestion,) = suggestions(db)

    assert suggestion.needed_by == date(2032, 2, 1)
    assert suggestion.missing == 3


def test_more_items_and_vendors_cost_no_more_statements(
    db: Session, query_counter: Callable[[], int]
) -> None:
    counts = []
    for batch in ("A", "B"):
        for number in range(5):
            need(item_of(VendorFactory.create(), f"{batch}-{number}"), "1")
        db.expunge_all()
        before = query_counter()
        suggestions(db)
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]
