"""`busy-month`: everything in every state, as FilaOps would have left it, spread over a month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app import models as m
from app.database import Base
from app.services import sales_orders
from app.services.demand import LineState, blockers, shortages
from app.services.pricing import NewLine
from factoryfloor.randomness import reseeded
from factoryfloor.scenarios import data_of
from tests.factories import PurchaseOrderFactory, SalesOrderFactory, reset_sequences
from tests.scenarios import BusyMonth, busy, busy_month
from tests.scenarios.month import making, sales

from .scenarios import logged_in, untrue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration

ORDERS = 60
"""Enough sales orders for one of each kind."""


@pytest.fixture
def month(db: Session) -> BusyMonth:
    return busy.month(db, ORDERS)


def test_the_books_are_right(db: Session, month: BusyMonth) -> None:
    assert month.admin.role == "admin"
    assert untrue(db) == []


def test_every_document_and_printer_is_there_in_every_state(month: BusyMonth) -> None:
    assert [set(states) for states in (month.quotes, month.sales_orders, month.printers)] == [
        set(m.QuoteStatus),
        set(m.SalesOrderStatus),
        set(m.PrinterStatus),
    ]
    assert set(month.production_orders) == set(m.ProductionOrderStatus)
    assert set(month.purchase_orders) == set(m.PurchaseOrderStatus)


def test_all_of_it_happened_in_the_thirty_days_before_today(db: Session, month: BusyMonth) -> None:
    columns: tuple[Any, ...] = (
        *(m.Quote.quote_date, m.SalesOrder.order_date, m.PurchaseOrder.order_date),
        *(m.Shipment.shipped_on, m.InventoryTransaction.created_at, m.Reservation.created_at),
        *(m.ProductionOrder.created_at, m.ProductionOrder.started_at),
        *(m.ProductionOrder.completed_at, m.Quote.created_at, m.SalesOrder.created_at),
    )

    for column in columns:
        first, last = db.execute(select(func.min(column), func.max(column))).tuples().one()
        assert month.first_day <= day_of(first) <= day_of(last) <= month.last_day, column
    assert month.last_day == date.today() - timedelta(days=1) == month.first_day + timedelta(29)


def day_of(moment: Any) -> date:
    """The day by the farm's clock."""
    found: date = moment.astimezone().date() if isinstance(moment, datetime) else moment
    return found


def test_the_stock_of_no_item_was_ever_overdrawn(db: Session, month: BusyMonth) -> None:
    moves = select(m.InventoryTransaction).order_by(
        m.InventoryTransaction.created_at, m.InventoryTransaction.id
    )
    left: defaultdict[int, Decimal] = defaultdict(Decimal)
    overdrawn = []
    for move in db.scalars(moves):
        left[move.item_id] += move.quantity
        if left[move.item_id] < 0:
            overdrawn.append(move.id)

    assert month.sales_orders
    assert left
    assert overdrawn == []


def test_no_stock_moved_before_its_document_was_written(db: Session, month: BusyMonth) -> None:
    models: list[Any] = [m.SalesOrder, m.ProductionOrder, m.PurchaseOrder]
    written: dict[str, datetime] = dict(
        row for each in models for row in db.execute(select(each.code, each.created_at)).tuples()
    )

    moves = db.scalars(select(m.InventoryTransaction)).all()
    of_documents = [move for move in moves if move.reference != "OPENING-STOCK"]
    assert {move.reference for move in of_documents} <= written.keys()
    assert [move for move in of_documents if move.created_at <= written[move.reference or ""]] == []
    assert len(of_documents) > sum(month.sales_orders.values())


@pytest.mark.parametrize("model,prefix", [(m.SalesOrder, "SO"), (m.PurchaseOrder, "PUR")])
def test_documents_are_numbered_by_their_day(
    db: Session, month: BusyMonth, model: Any, prefix: str
) -> None:
    codes = db.scalars(select(model.code).order_by(model.order_date, model.code)).all()

    years = sorted({day.year for day in (month.first_day, month.last_day)})
    numbers = {year: sum(code.startswith(f"{prefix}-{year}-") for code in codes) for year in years}
    assert codes == [
        f"{prefix}-{year}-{n:04d}" for year in years for n in range(1, numbers[year] + 1)
    ]


def test_each_printer_at_work_has_one_order(db: Session, month: BusyMonth) -> None:
    at_work = sales.printers_at_work(ORDERS) + making.printers_at_work(ORDERS)

    assert month.printers["printing"] == month.production_orders["in_progress"] == at_work
    printing = db.scalars(select(m.Printer).where(m.Printer.status == "printing"))
    assert all(len(_in_progress(printer)) == 1 for printer in printing)


def _in_progress(printer: m.Printer) -> list[m.ProductionOrder]:
    return [made for made in printer.production_orders if made.status == "in_progress"]


def test_the_result_shows_an_order_of_each_state_and_the_latest(month: BusyMonth) -> None:
    assert {status: str(order.status) for status, order in month.examples.items()} == {
        status.value: status.value for status in m.SalesOrderStatus
    }
    days = [order.ship_date for order in month.late]
    assert days == sorted(day for day in days if day and day < date.today())
    assert 0 < len(days) <= busy.SHOWN


def test_filaops_plans_with_it(db: Session, month: BusyMonth) -> None:
    lines = [blockers(db, month.examples[status].id) for status in ("confirmed", "ready")]

    assert LineState.BLOCKED in {line.state for line in lines[0]}
    assert {line.state for line in lines[1]} == {LineState.READY}
    assert all(short.missing > Decimal(0) for short in shortages(db))


def test_factories_and_services_go_on_behind_it(db: Session, month: BusyMonth) -> None:
    numbers = sum(month.sales_orders.values())

    made = SalesOrderFactory.create(confirmed=True, quoted=True)
    PurchaseOrderFactory.create(ordered=True)
    line = NewLine(made.lines[0].product_id, 2)
    order = sales_orders.create(db, made.customer_id, [line])

    assert untrue(db) == []
    assert made.code < order.code
    assert db.scalar(select(func.count(m.SalesOrder.code.distinct()))) == numbers + 2


def test_the_same_seed_makes_the_same_month_and_another_one_another(db: Session) -> None:
    def told(seed: int) -> Any:
        with reseeded(seed, "busy-month"), db.begin_nested() as savepoint:
            reset_sequences()
            made = data_of(busy.month(db, ORDERS))
            lines = select(m.SalesOrder.code, m.Customer.name, m.Product.sku, m.SalesOrderLine)
            found = db.execute(
                lines.join(m.SalesOrder.customer)
                .join(m.SalesOrder.lines)
                .join(m.SalesOrderLine.product)
                .order_by(m.SalesOrder.code, m.SalesOrderLine.line_number)
            )
            rows = [(code, who, sku, line.quantity) for code, who, sku, line in found]
            savepoint.rollback()
        db.expire_all()
        assert isinstance(made, dict)
        return made["sales_orders"], rows

    first, again, other = told(0), told(0), told(1)

    assert first == again
    assert first[0] == other[0]
    assert first[1] != other[1]


def test_the_scale_is_how_many_times_the_orders_are_there(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(busy, "ORDERS", 200)

    made = busy_month(db, scale=2)

    assert busy_month.scale == 1
    assert made.sales_orders["closed"] == 400 * 415 // 1000


def test_the_shares_of_the_states_make_up_a_whole() -> None:
    assert sum(sold.per_thousand for sold in sales.SOLD) == 1000


def test_the_planner_is_shown_as_many_as_there_are(
    month: BusyMonth, make_sync_client: Callable[[], TestClient]
) -> None:
    planner = logged_in(make_sync_client(), month.planner)

    for path, counts in (("sales-orders", month.sales_orders), ("quotes", month.quotes)):
        for status, count in counts.items():
            assert len(planner.get(path, status=status, limit=500)) == count


@pytest.mark.slow
@pytest.mark.scenario("busy-month")
def test_at_its_default_size_it_has_two_thousand_orders_and_twenty_thousand_rows(
    db: Session, world: BusyMonth
) -> None:
    rows = [
        db.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
    ]

    assert sum(world.sales_orders.values()) == 2000
    assert 20_000 < sum(count or 0 for count in rows) < 25_000


@pytest.mark.slow
@pytest.mark.scenario("busy-month")
def test_at_its_default_size_things_run_short(db: Session, world: BusyMonth) -> None:
    assert len(world.late) == busy.SHOWN
    assert [short for short in shortages(db) if not short.made_here]
