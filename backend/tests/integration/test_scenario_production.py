"""`production-in-progress`: made to order and to stock, in every state, on printers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from app.models import ProductionOrderStatus
from app.services import production
from app.services.demand import blockers, shortages

from .scenarios import logged_in, untrue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from tests.scenarios import ProductionInProgress

    from .people import Worker

pytestmark = [pytest.mark.integration, pytest.mark.scenario("production-in-progress")]

STATES = [state.value for state in ProductionOrderStatus]


@pytest.fixture
def admin(world: ProductionInProgress, make_sync_client: Callable[[], TestClient]) -> Worker:
    return logged_in(make_sync_client(), world.admin)


def by_state(jobs: Any) -> dict[str, list[tuple[int, int, int]]]:
    """Pieces ordered, completed and scrapped of the production orders in each state."""
    return {
        state: [(job.ordered, job.completed, job.scrapped) for job in getattr(jobs, state)]
        for state in STATES
    }


def test_there_is_one_order_of_each_kind_in_each_state(world: ProductionInProgress) -> None:
    begun = {"in_progress": [(10, 4, 1)]}
    waiting = {state: [(10, 0, 0)] for state in ("draft", "released", "cancelled")}

    assert by_state(world.made_to_order) == waiting | begun | {"completed": [(10, 10, 0)]}
    assert by_state(world.made_to_stock) == waiting | begun | {"completed": [(10, 9, 1)]}


@pytest.mark.parametrize("state", STATES)
def test_the_api_lists_them_under_their_state(
    world: ProductionInProgress, admin: Worker, state: str
) -> None:
    listed = {each["code"]: each for each in admin.get("production-orders", status=state)}

    jobs = [*getattr(world.made_to_order, state), *getattr(world.made_to_stock, state)]
    assert listed.keys() == {job.order.code for job in jobs}
    for job in jobs:
        shown = listed[job.order.code]
        assert (shown["quantity_completed"], shown["quantity_scrapped"]) == (
            job.completed,
            job.scrapped,
        )


def test_what_is_made_to_order_is_for_a_line_of_a_sales_order(world: ProductionInProgress) -> None:
    made = [job.order for state in STATES for job in getattr(world.made_to_order, state)]

    assert {order.sales_order for order in made} == set(world.sales_orders)
    assert {order.sales_order_line for order in made} == {1}
    assert {order.due_date for order in made} == {order.ship_date for order in world.sales_orders}


def test_what_is_made_to_stock_is_for_nobody_yet(world: ProductionInProgress) -> None:
    made = [job.order for state in STATES for job in getattr(world.made_to_stock, state)]

    assert {(order.sales_order_id, order.sales_order_line) for order in made} == {(None, None)}
    assert all(order.due_date and order.due_date > date.today() for order in made)


def test_sales_orders_follow_their_production(world: ProductionInProgress) -> None:
    jobs = world.made_to_order
    followed = {
        state: [job.order.sales_order.status.value for job in getattr(jobs, state)]
        for state in STATES
    }

    assert followed == {
        "draft": ["confirmed"],
        "released": ["confirmed"],
        "in_progress": ["in_production"],
        "completed": ["ready"],
        "cancelled": ["cancelled"],
    }


def test_printers_show_what_is_on_them(world: ProductionInProgress, admin: Worker) -> None:
    statuses = {each["id"]: each["status"] for each in admin.get("printers")}
    at_work = [
        job.printer
        for jobs in (world.made_to_order, world.made_to_stock)
        for job in jobs.in_progress
    ]

    fleet = world.fleet
    assert at_work == fleet.printing
    assert [statuses[printer.id] for printer in fleet.printing] == ["printing", "printing"]
    assert statuses[fleet.idle.id] == "idle"
    assert statuses[fleet.maintenance.id] == "maintenance"
    assert statuses[fleet.offline.id] == "offline"


def test_the_piece_scrapped_of_a_sales_order_is_to_be_planned_again(
    db: Session, world: ProductionInProgress
) -> None:
    (job,) = world.made_to_order.in_progress
    assert job.order.sales_order_id is not None

    (line,) = blockers(db, job.order.sales_order_id)

    assert [each.kind.value for each in line.blockers] == ["not_planned", "in_progress"]
    assert [(each.sku, each.missing) for each in shortages(db)] == [("PLANTER-SW", Decimal(1))]


def test_a_released_order_starts_on_the_idle_printer(
    db: Session, world: ProductionInProgress
) -> None:
    (job,) = world.made_to_order.released

    production.start(db, job.order.id, world.fleet.idle.id)

    assert world.fleet.idle.status == "printing"
    assert untrue(db) == []


@pytest.mark.scenario("production-in-progress", scale=2)
def test_its_scale_is_how_many_there_are_of_each(db: Session, world: ProductionInProgress) -> None:
    for jobs in (world.made_to_order, world.made_to_stock):
        assert [len(getattr(jobs, state)) for state in STATES] == [2, 2, 2, 2, 2]
    assert (len(world.sales_orders), len(world.fleet.printing)) == (10, 4)
    assert untrue(db) == []
