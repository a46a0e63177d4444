"""`so-with-blocking-issues`: one line ready, one half made, one short of material."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import shipping
from app.services.demand import blockers, shortages
from tests.scenarios import SalesOrderWithBlockingIssues, so_with_blocking_issues

from .scenarios import logged_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from .people import Worker

pytestmark = pytest.mark.integration


@pytest.fixture
def blocked(db: Session) -> SalesOrderWithBlockingIssues:
    return so_with_blocking_issues(db)


@pytest.fixture
def admin(
    blocked: SalesOrderWithBlockingIssues, make_sync_client: Callable[[], TestClient]
) -> Worker:
    return logged_in(make_sync_client(), blocked.admin)


def test_filaops_says_of_each_line_what_it_waits_for(
    db: Session, blocked: SalesOrderWithBlockingIssues
) -> None:
    found = {
        line.line_number: (line.state.value, [each.kind.value for each in line.blockers])
        for line in blockers(db, blocked.sales_order.id)
    }

    assert found == {
        blocked.ready.line.line_number: ("ready", []),
        blocked.half_made.line.line_number: ("blocked", ["in_progress"]),
        blocked.short.line.line_number: ("blocked", ["material_short", "not_released"]),
    }


def test_the_result_says_what_the_api_says(
    blocked: SalesOrderWithBlockingIssues, admin: Worker
) -> None:
    shown = admin.get(f"sales-orders/{blocked.sales_order.id}/blockers")

    lines = (blocked.ready, blocked.half_made, blocked.short)
    for line, each in zip(lines, shown, strict=True):
        said = line.readiness
        assert (each["sku"], each["state"]) == (line.product.sku, said.state.value)
        assert (each["quantity_open"], each["reserved"]) == (said.quantity_open, str(said.reserved))
        assert [(one["kind"], one["document"], one["message"]) for one in each["blockers"]] == [
            (one.kind.value, one.document, one.message) for one in said.blockers
        ]


def test_all_of_the_ready_line_is_reserved_and_may_leave(
    db: Session, blocked: SalesOrderWithBlockingIssues
) -> None:
    line = blocked.ready.line
    assert line.quantity_reserved == line.quantity == 10

    parcel = shipping.ship(db, blocked.sales_order.id, {line.line_number: line.quantity})

    assert [packed.quantity for packed in parcel.lines] == [10]
    assert blocked.sales_order.status == "partly_shipped"


def test_one_half_of_the_second_line_is_reserved_and_the_other_on_a_printer(
    blocked: SalesOrderWithBlockingIssues, admin: Worker
) -> None:
    line, made = blocked.half_made.line, blocked.half_made.production_order
    assert made is not None

    shown = admin.get(f"production-orders/{made.id}")

    assert (shown["status"], shown["quantity_completed"], shown["quantity_open"]) == (
        *("in_progress", 10),
        10,
    )
    assert line.quantity_reserved == line.quantity / 2 == 10
    assert made.printer is blocked.printer
    assert admin.get(f"printers/{blocked.printer.id}")["status"] == "printing"


def test_the_third_line_lacks_eight_led_kits_and_nothing_else_is_short(
    db: Session, blocked: SalesOrderWithBlockingIssues
) -> None:
    (short,) = shortages(db)

    assert short.sku == "LED-KIT"
    assert [short.required, short.on_hand, short.missing] == [24, 16, 8]
    assert [(each.sales_order_id, each.line_number) for each in short.short_for] == [
        (blocked.sales_order.id, blocked.short.line.line_number)
    ]
    assert (blocked.missing.item.sku, blocked.missing.missing) == ("LED-KIT", Decimal(8))
    assert blocked.missing.purchase_order is None


def test_the_order_is_in_production(blocked: SalesOrderWithBlockingIssues, admin: Worker) -> None:
    shown = admin.get(f"sales-orders/{blocked.sales_order.id}")

    assert shown["status"] == "in_production"
    assert [line["quantity"] for line in shown["lines"]] == [10, 20, 24]
