"""One draft for each vendor asks for all that is to be bought there, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.models import PurchaseOrder, PurchaseOrderStatus
from app.services.purchase_suggestions import draft_orders, suggestions
from app.services.purchasing import cancel, place
from tests.factories import (
    ItemFactory,
    VendorFactory,
)

from .clock import stop_clock
from .racing import meet
from .short_items import item_of, need

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Vendor

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


def test_each_vendor_gets_one_draft_with_all_that_is_bought_there(
    db: Session, vendor: Vendor
) -> None:
    other = VendorFactory.create(lead_time_days=30)
    need(item_of(vendor, "PLA", minimum="1000"), "40")
    need(item_of(other, "MOTOR"), "2")
    need(item_of(vendor, "BOX"), "3", due=date(2032, 1, 20))

    orders = draft_orders(db)
    db.expire_all()

    assert [(order.code, order.vendor) for order in orders] == [
        ("PUR-2031-0001", vendor),
        ("PUR-2031-0002", other),
    ]
    assert [{line.item.sku: line.quantity for line in order.lines} for order in orders] == [
        {"BOX": 3, "PLA": 1000},
        {"MOTOR": 2},
    ]


def test_the_drafts_are_of_today_at_the_items_cost(db: Session, vendor: Vendor) -> None:
    pla = ItemFactory.create(preferred_vendor=vendor, unit_cost=Decimal("0.0251"))
    need(pla, "40")

    (order,) = draft_orders(db)

    assert order.status == PurchaseOrderStatus.DRAFT
    assert (order.order_date, order.expected_date) == (TODAY, date(2032, 1, 4))
    assert [line.unit_cost for line in order.lines] == [Decimal("0.0251")]


def test_what_nobody_is_preferred_for_is_left_to_people(db: Session) -> None:
    need(item_of(None), "40")

    assert draft_orders(db) == []
    assert [suggestion.quantity for suggestion in suggestions(db)] == [40]


def test_asking_twice_drafts_nothing_twice(db: Session, vendor: Vendor) -> None:
    need(item_of(vendor, minimum="1000"), "40")

    assert len(draft_orders(db)) == 1
    assert draft_orders(db) == []


def test_a_draft_that_was_placed_is_not_suggested_again(db: Session, vendor: Vendor) -> None:
    need(item_of(vendor), "40")
    (order,) = draft_orders(db)

    place(db, order.id)

    assert suggestions(db) == []


def test_a_draft_that_was_cancelled_is_suggested_again(db: Session, vendor: Vendor) -> None:
    need(item_of(vendor), "40")
    (order,) = draft_orders(db)

    cancel(db, order.id)

    assert [suggestion.quantity for suggestion in suggestions(db)] == [40]


@pytest.mark.committed_db
def test_two_planners_who_ask_at_once_draft_everything_once(db: Session, vendor: Vendor) -> None:
    need(item_of(vendor), "40")
    db.commit()

    assert meet(draft_orders, draft_orders) is None
    assert db.scalar(select(func.count()).select_from(PurchaseOrder)) == 1
