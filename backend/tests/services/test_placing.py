"""Purchase orders are placed with their vendors, and cancelled while something is owed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.models import PurchaseOrder, PurchaseOrderStatus
from app.services.errors import InvalidInputError, NotFoundError, RuleError
from app.services.inventory import on_hand
from app.services.purchasing import cancel, edit, place
from tests.factories import ItemFactory, PurchaseOrderFactory, VendorFactory

from .clock import stop_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Vendor

pytestmark = pytest.mark.integration

TODAY = date(2031, 12, 30)
YESTERDAY = date(2031, 12, 29)
AFTER_LEAD_TIME = date(2032, 1, 4)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the last day but one of 2031."""
    stop_clock(monkeypatch, TODAY, "purchasing", "numbering")


@pytest.fixture
def vendor() -> Vendor:
    """A vendor who delivers within five days."""
    return VendorFactory.create(lead_time_days=5)


@pytest.fixture
def draft(vendor: Vendor) -> PurchaseOrder:
    """A draft of yesterday for one item."""
    return PurchaseOrderFactory.create(
        code="PUR-2031-0007", vendor=vendor, order_date=YESTERDAY, version=7, lines=1
    )


def in_status(status: PurchaseOrderStatus) -> PurchaseOrder:
    return PurchaseOrderFactory.create(status=status, lines=1)


def every_status_but(*statuses: str) -> list[PurchaseOrderStatus]:
    return [status for status in PurchaseOrderStatus if status not in statuses]


def test_a_placed_order_is_of_today_and_expected_after_the_lead_time(
    db: Session, draft: PurchaseOrder
) -> None:
    placed = place(db, draft.id)
    db.expire_all()

    assert placed is draft
    assert draft.status == PurchaseOrderStatus.ORDERED
    assert (draft.order_date, draft.expected_date) == (TODAY, AFTER_LEAD_TIME)


@pytest.mark.parametrize(
    "chosen,expected",
    [(date(2032, 2, 1), date(2032, 2, 1)), (TODAY, TODAY), (YESTERDAY, AFTER_LEAD_TIME)],
)
def test_a_placed_order_is_expected_on_the_day_chosen_for_its_draft_if_that_is_to_come(
    db: Session, draft: PurchaseOrder, chosen: date, expected: date
) -> None:
    edit(db, draft.id, 7, expected_date=chosen)

    assert place(db, draft.id).expected_date == expected


@pytest.mark.parametrize("expected", [TODAY, date(2033, 1, 1)])
def test_a_placed_order_is_expected_on_the_day_that_the_vendor_confirmed(
    db: Session, draft: PurchaseOrder, expected: date
) -> None:
    assert place(db, draft.id, expected).expected_date == expected


def test_a_placed_order_is_not_expected_before_today(db: Session, draft: PurchaseOrder) -> None:
    with pytest.raises(InvalidInputError, match="it cannot be expected on 2031-12-29"):
        place(db, draft.id, YESTERDAY)


def test_an_order_without_lines_is_not_placed(db: Session, draft: PurchaseOrder) -> None:
    edit(db, draft.id, 7, lines=[])

    with pytest.raises(RuleError, match="PUR-2031-0007 has no lines; add what is to be bought"):
        place(db, draft.id)

    assert draft.status == PurchaseOrderStatus.DRAFT


@pytest.mark.parametrize("status", every_status_but("draft"))
def test_only_drafts_are_placed(db: Session, status: PurchaseOrderStatus) -> None:
    with pytest.raises(RuleError, match=f"is {status}; it can be ordered only while it is draft"):
        place(db, in_status(status).id)


@pytest.mark.parametrize("status", every_status_but("received", "cancelled"))
def test_what_has_not_all_come_can_be_cancelled(db: Session, status: PurchaseOrderStatus) -> None:
    order = in_status(status)

    assert cancel(db, order.id) is order
    db.expire_all()
    assert order.status == PurchaseOrderStatus.CANCELLED


def test_what_came_before_the_order_was_cancelled_stays(db: Session) -> None:
    item = ItemFactory.create(inventory_transactions=[{"quantity": Decimal(3)}])
    came = {"item": item, "quantity": Decimal(5), "quantity_received": Decimal(3)}
    order = PurchaseOrderFactory.create(status="partly_received", lines=[came])

    cancel(db, order.id)
    db.expire_all()

    assert on_hand(db, [item.id]) == {item.id: 3}
    assert [line.quantity_received for line in order.lines] == [3]


@pytest.mark.parametrize("status", ["received", "cancelled"])
def test_what_is_over_cannot_be_cancelled(db: Session, status: str) -> None:
    order = in_status(PurchaseOrderStatus(status))

    with pytest.raises(RuleError, match=f"is {status}; it can be cancelled only while it is draft"):
        cancel(db, order.id)


@pytest.mark.parametrize("act", [place, cancel])
def test_an_order_that_does_not_exist_is_not_found(
    db: Session, act: Callable[[Session, int], object]
) -> None:
    with pytest.raises(NotFoundError, match="no purchase order has the id 0"):
        act(db, 0)
