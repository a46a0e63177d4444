"""`printer-down` and `vendor-late`: what happened, who is held back by it, and what can be done."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models import Printer, PrinterStatus
from app.services import printers, production, purchasing, sales_orders
from app.services.demand import blockers, chain, shortages, timeline
from app.services.errors import RuleError
from app.services.inventory import stock

from .scenarios import logged_in, untrue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from app.models import SalesOrder
    from tests.scenarios import PrinterDown, VendorLate

pytestmark = pytest.mark.integration
printer_down = pytest.mark.scenario("printer-down")
vendor_late = pytest.mark.scenario("vendor-late")


def kinds(db: Session, order: SalesOrder) -> list[str]:
    """What the only line of an order waits for."""
    (line,) = blockers(db, order.id)
    return [str(each.kind) for each in line.blockers]


@printer_down
def test_the_books_are_right_with_a_printer_down(db: Session, world: PrinterDown) -> None:
    assert (world.admin.role, untrue(db)) == ("admin", [])


@printer_down
def test_the_job_is_off_the_printer_that_failed(world: PrinterDown) -> None:
    job = world.interrupted.production_order

    assert world.printer.status == PrinterStatus.OFFLINE
    assert (job.status, job.printer) == ("released", None)
    assert (job.quantity_completed, job.quantity_scrapped, job.quantity_open) == (12, 1, 7)


@printer_down
def test_the_job_keeps_its_material(world: PrinterDown) -> None:
    reserved = world.interrupted.production_order.reservations

    held = {each.item.sku: each.quantity for each in reserved}
    assert held == {"PLA-BLACK": Decimal("1.75"), "INSERT-M3": 28, "BOX-M": 7}


@printer_down
def test_the_inserts_of_the_lost_piece_are_back_in_stock(world: PrinterDown) -> None:
    back = world.returned

    assert (back.item.sku, str(back.transaction_type)) == ("INSERT-M3", "return")
    assert back.quantity == 4
    assert back.reference == world.interrupted.production_order.code


@printer_down
def test_the_interrupted_order_is_a_day_late(db: Session, world: PrinterDown) -> None:
    late = world.interrupted

    assert late.sales_order.ship_date == date.today() - timedelta(days=1)
    assert (late.days_late, world.waiting.days_late) == (1, 0)
    assert kinds(db, late.sales_order) == ["not_planned", "not_started"]


@printer_down
def test_the_next_order_waits_for_a_printer(db: Session, world: PrinterDown) -> None:
    assert kinds(db, world.waiting.sales_order) == ["not_started"]
    assert world.waiting.sales_order.ship_date == date.today() + timedelta(days=1)


@printer_down
def test_no_printer_can_take_over(db: Session, world: PrinterDown) -> None:
    fleet = db.scalars(select(Printer).order_by(Printer.id)).all()

    assert fleet == [world.printer, world.at_work, world.in_maintenance]
    for printer in fleet:
        with pytest.raises(RuleError, match="choose a printer that is idle"):
            production.start(db, world.interrupted.production_order.id, printer.id)


@printer_down
def test_the_job_for_stock_gave_its_filament_back(db: Session, world: PrinterDown) -> None:
    job = world.called_off
    (line,) = job.product.bill

    assert (job.status, job.sales_order) == ("cancelled", None)
    # of 4 kg, 0.12 were printed and 0.24 are held by the other job
    assert stock(db, [line.item_id])[line.item_id].available == Decimal("3.64")


@printer_down
def test_the_order_on_another_printer_is_in_time(db: Session, world: PrinterDown) -> None:
    assert world.at_work.status == PrinterStatus.PRINTING
    assert world.in_time.status == "in_production"
    assert kinds(db, world.in_time) == ["in_progress"]
    assert world.in_time.ship_date == date.today() + timedelta(days=5)


@printer_down
def test_repaired_it_goes_on_and_the_late_order_can_leave(db: Session, world: PrinterDown) -> None:
    late = world.interrupted
    printers.set_status(db, world.printer.id, PrinterStatus.IDLE)

    production.start(db, late.production_order.id, world.printer.id)
    production.report(db, late.production_order.id, good=7)
    sales_orders.plan(db, late.sales_order.id)

    again = late.sales_order.production_orders[-1]
    assert (again.quantity_ordered, again.status) == (1, "draft")
    assert [line.quantity_reserved for line in late.sales_order.lines] == [19]


@printer_down
def test_the_operator_sees_the_printer_offline(
    world: PrinterDown, make_sync_client: Callable[[], TestClient]
) -> None:
    operator = logged_in(make_sync_client(), world.operator)

    shown = {each["name"]: each["status"] for each in operator.get("printers")}

    assert shown == {
        world.printer.name: "offline",
        world.at_work.name: "printing",
        world.in_maintenance.name: "maintenance",
    }


@vendor_late
def test_the_books_are_right_with_a_vendor_late(db: Session, world: VendorLate) -> None:
    assert (world.admin.role, untrue(db)) == ("admin", [])


@vendor_late
def test_the_purchase_order_is_five_days_overdue(world: VendorLate) -> None:
    order = world.purchase_order

    assert order.vendor is world.vendor
    assert order.expected_date == date.today() - timedelta(days=world.days_overdue)
    assert (order.status, world.days_overdue) == ("partly_received", 5)


@vendor_late
def test_a_tenth_of_the_filament_has_come(db: Session, world: VendorLate) -> None:
    line = world.line

    assert line.item is world.item
    assert [line.quantity, line.quantity_received] == [20, 2]
    assert [each.quantity_open for each in world.purchase_order.lines] == [18, 0]
    assert stock(db, [world.item.id])[world.item.id].on_hand == 6


@vendor_late
def test_the_lines_wait_for_what_the_vendor_owes(world: VendorLate) -> None:
    waiting = [
        (each.line.quantity, each.reserved, each.on_hand, each.owed, each.too_late)
        for each in (world.safe, world.late, world.endangered)
    ]

    assert waiting == [
        (52, Decimal("4.8"), 0, 0, False),
        (50, 0, Decimal("1.2"), Decimal("4.8"), True),
        (80, 0, 0, Decimal("9.6"), False),
    ]


@vendor_late
def test_the_demand_chain_leads_to_the_vendor(db: Session, world: VendorLate) -> None:
    for waiting in (world.late, world.endangered):
        (line,) = chain(db, waiting.sales_order.id).lines
        (component,) = line.production_orders[0].components
        bought = component.sources[-1]

        assert (bought.document, bought.vendor) == (world.purchase_order.code, world.vendor.name)
        assert (bought.quantity, bought.late) == (waiting.owed, waiting.too_late)
        assert component.missing == 0


@vendor_late
def test_the_orders_are_blocked_by_what_is_to_come(db: Session, world: VendorLate) -> None:
    assert kinds(db, world.safe.sales_order) == ["not_started"]
    assert kinds(db, world.late.sales_order) == ["material_coming", "not_released"]
    assert kinds(db, world.endangered.sales_order) == ["material_coming", "not_released"]
    assert world.late.sales_order.ship_date == date.today() - timedelta(days=1)


@vendor_late
def test_without_the_vendor_all_that_it_owes_is_short(db: Session, world: VendorLate) -> None:
    assert shortages(db) == []

    purchasing.cancel(db, world.purchase_order.id)

    (short,) = shortages(db)
    assert (short.sku, short.missing) == (world.item.sku, Decimal("14.4"))
    assert {each.sales_order for each in short.short_for} == {
        world.late.sales_order.code,
        world.endangered.sales_order.code,
    }


@vendor_late
def test_the_filament_runs_out_without_the_vendor(db: Session, world: VendorLate) -> None:
    found = timeline(db, world.item.id)

    assert sorted(entry.quantity for entry in found.entries) == [
        *(Decimal("-9.6"), Decimal(-6), Decimal("-4.8"), Decimal(18))
    ]
    assert found.entries[-1].balance == Decimal("3.6")


@vendor_late
def test_another_vendor_could_bring_it_tomorrow(db: Session, world: VendorLate) -> None:
    draft = world.instead
    assert (draft.vendor, draft.status) == (world.alternative, "draft")
    assert [(line.item, line.quantity) for line in draft.lines] == [(world.item, Decimal("14.4"))]
    assert draft.expected_date == date.today() + timedelta(days=1)

    purchasing.cancel(db, world.purchase_order.id)
    purchasing.place(db, draft.id)
    purchasing.receive(db, draft.id, {1: Decimal("14.4")})

    for waiting in (world.late, world.endangered):
        production.release(db, waiting.production_order.id)
    assert shortages(db) == []


@vendor_late
def test_the_planner_finds_the_order_among_those_partly_received(
    world: VendorLate, make_sync_client: Callable[[], TestClient]
) -> None:
    planner = logged_in(make_sync_client(), world.planner)

    (shown,) = planner.get("purchase-orders", status="partly_received")

    assert shown["code"] == world.purchase_order.code
    assert [Decimal(line["quantity_received"]) for line in shown["lines"]] == [2, 10]
