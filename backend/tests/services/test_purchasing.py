"""Purchase orders are drafted, and edited until they are placed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.models import PurchaseOrder, PurchaseOrderStatus
from app.services.errors import InvalidInputError, NotFoundError, RuleError, StaleVersionError
from app.services.purchasing import NewPurchaseLine, create, edit
from tests.factories import ItemFactory, PurchaseOrderFactory, VendorFactory

from .clock import stop_clock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, Vendor

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


def test_a_new_order_is_a_draft_of_today(db: Session, vendor: Vendor, item: Item) -> None:
    order = create(db, vendor.id, [NewPurchaseLine(item.id, Decimal("2.5"))])
    db.expire_all()

    assert (order.code, order.status) == ("PUR-2031-0001", PurchaseOrderStatus.DRAFT)
    assert (order.vendor, order.order_date, order.version) == (vendor, TODAY, 1)


def test_it_is_expected_after_the_vendors_lead_time(db: Session, vendor: Vendor) -> None:
    assert create(db, vendor.id, []).expected_date == AFTER_LEAD_TIME


@pytest.mark.parametrize("expected", [TODAY, date(2033, 1, 1)])
def test_it_is_expected_on_another_day_if_the_vendor_says_so(
    db: Session, vendor: Vendor, expected: date
) -> None:
    assert create(db, vendor.id, [], expected).expected_date == expected


def test_its_lines_are_numbered_from_one_in_their_order(db: Session, vendor: Vendor) -> None:
    pla, box = ItemFactory.create_batch(2)
    asked = [(box, Decimal(1)), (pla, Decimal("0.0001")), (box, Decimal(2))]

    order = create(db, vendor.id, [NewPurchaseLine(item.id, n) for item, n in asked])
    db.expire_all()

    assert [line.line_number for line in order.lines] == [1, 2, 3]
    assert [(line.item, line.quantity) for line in order.lines] == asked
    assert [line.quantity_received for line in order.lines] == [0, 0, 0]


@pytest.mark.parametrize("given,cost", [(None, "0.0251"), ("0.0199", "0.0199"), ("0", "0")])
def test_a_line_costs_what_its_item_costs_unless_another_cost_is_given(
    db: Session, vendor: Vendor, given: str | None, cost: str
) -> None:
    item = ItemFactory.create(unit_cost=Decimal("0.0251"))
    unit_cost = None if given is None else Decimal(given)

    order = create(db, vendor.id, [NewPurchaseLine(item.id, Decimal(1), unit_cost)])

    assert [line.unit_cost for line in order.lines] == [Decimal(cost)]


def test_the_total_is_the_sum_of_its_lines_each_to_the_cent_halves_up(
    db: Session, vendor: Vendor
) -> None:
    item = ItemFactory.create(unit_cost=Decimal("0.0250"))
    quantities = [Decimal(1000), Decimal(5), Decimal(5)]

    order = create(db, vendor.id, [NewPurchaseLine(item.id, n) for n in quantities])

    assert [str(line.total_cost) for line in order.lines] == ["25.00", "0.13", "0.13"]
    assert str(order.total) == "25.26"


def test_a_vendor_that_does_not_exist_is_refused(db: Session) -> None:
    with pytest.raises(InvalidInputError, match="no vendor has the id 0"):
        create(db, 0, [])


def test_items_that_do_not_exist_are_refused(db: Session, vendor: Vendor, item: Item) -> None:
    lines = [NewPurchaseLine(item_id, Decimal(1)) for item_id in (4712, item.id, 4711)]

    with pytest.raises(InvalidInputError, match="no item has the id 4711, 4712"):
        create(db, vendor.id, lines)


def test_nothing_is_expected_before_it_was_ordered(db: Session, vendor: Vendor) -> None:
    with pytest.raises(InvalidInputError, match="cannot be expected on 2031-12-29"):
        create(db, vendor.id, [], YESTERDAY)


def test_a_draft_gets_other_lines(db: Session, draft: PurchaseOrder, item: Item) -> None:
    edited = edit(db, draft.id, 7, lines=[NewPurchaseLine(item.id, Decimal("2.5"))])
    db.expire_all()

    assert edited is draft
    assert draft.version == 8
    assert [(line.line_number, line.item, line.quantity) for line in draft.lines] == [
        (1, item, Decimal("2.5"))
    ]


def test_a_draft_may_lose_all_its_lines(db: Session, draft: PurchaseOrder) -> None:
    edit(db, draft.id, 7, lines=[])
    db.expire_all()

    assert draft.lines == []


def test_what_is_not_given_stays(db: Session, draft: PurchaseOrder) -> None:
    lines, expected = list(draft.lines), draft.expected_date

    edit(db, draft.id, 7, expected_date=None, lines=None)
    db.expire_all()

    assert (draft.lines, draft.expected_date) == (lines, expected)


def test_a_draft_gets_another_expected_date(db: Session, draft: PurchaseOrder) -> None:
    lines = list(draft.lines)

    edit(db, draft.id, 7, expected_date=date(2033, 1, 1))
    db.expire_all()

    assert (draft.lines, draft.expected_date) == (lines, date(2033, 1, 1))


def test_a_draft_is_not_expected_before_its_own_date(db: Session, draft: PurchaseOrder) -> None:
    with pytest.raises(InvalidInputError, match="it cannot be expected on 2031-12-28"):
        edit(db, draft.id, 7, expected_date=date(2031, 12, 28))


def test_lines_of_items_that_do_not_exist_are_refused(db: Session, draft: PurchaseOrder) -> None:
    with pytest.raises(InvalidInputError, match="no item has the id 0"):
        edit(db, draft.id, 7, lines=[NewPurchaseLine(0, Decimal(1))])


@pytest.mark.parametrize("version", [6, 8])
def test_a_draft_of_another_version_is_not_edited(
    db: Session, draft: PurchaseOrder, version: int
) -> None:
    with pytest.raises(StaleVersionError):
        edit(db, draft.id, version, lines=[])


@pytest.mark.parametrize("status", every_status_but("draft"))
def test_only_drafts_are_edited(db: Session, status: PurchaseOrderStatus) -> None:
    order = in_status(status)

    with pytest.raises(RuleError, match=f"is {status}; it can be edited only while it is draft"):
        edit(db, order.id, order.version, lines=[])


def test_a_draft_that_does_not_exist_is_not_found(db: Session) -> None:
    with pytest.raises(NotFoundError, match="no purchase order has the id 0"):
        edit(db, 0, 1)
