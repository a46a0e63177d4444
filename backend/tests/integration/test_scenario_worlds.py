"""Tests that stand on a scenario: it is there, it is the test's own, and it is as it was built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.orm import object_session

from app.models import SalesOrderStatus
from app.services import purchasing
from app.services.demand import shortages
from tests.factories import SalesOrderFactory

from .scenarios import logged_in, untrue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from tests.scenarios import (
        Basic,
        Empty,
        FullDemandChain,
        LowStockWithAllocations,
        SalesOrderWithBlockingIssues,
    )

pytestmark = pytest.mark.integration

NAMED = [
    *("empty", "basic", "low-stock-with-allocations", "production-in-progress"),
    *("full-demand-chain", "so-with-blocking-issues"),
    *("production-mto", "production-with-shortage", "full-production-context"),
]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.scenario(name)) for name in NAMED]
)
def test_a_test_stands_on_any_of_them(db: Session, world: Any, name: str) -> None:
    assert world.admin.username == "admin"
    assert untrue(db) == []


@pytest.mark.scenario("empty")
def test_the_empty_farm_is_open_to_its_administrator(
    world: Empty, make_sync_client: Callable[[], TestClient]
) -> None:
    admin = logged_in(make_sync_client(), world.admin)

    assert admin.get("users/me")["id"] == world.admin.user_id


@pytest.mark.scenario("basic")
def test_rows_are_objects_of_the_tests_own_session(db: Session, world: Basic) -> None:
    planter = world.products.planter

    assert object_session(planter) is db
    assert {line.item for line in planter.bill} == {
        *(world.materials.pla, world.materials.insert),
        world.materials.box,
    }


@pytest.mark.scenario("full-demand-chain")
class TestFullDemandChain:
    """Whichever of these runs first, the others find the chain as it was built."""

    def test_what_is_missing_is_there_to_be_asked(self, world: FullDemandChain) -> None:
        assert (str(world.filament.missing), str(world.inserts.missing)) == ("2.5000", "50.0000")

    @pytest.mark.parametrize("turn", [1, 2])
    def test_drafts_can_be_placed_in_each_test(
        self, db: Session, world: FullDemandChain, turn: int
    ) -> None:
        assert len(shortages(db)) == 2

        for order in world.purchase_orders:
            purchasing.place(db, order.id)
        db.commit()

        assert shortages(db) == []

    def test_factories_add_to_it(self, db: Session, world: FullDemandChain) -> None:
        order = SalesOrderFactory.create(confirmed=True, customer=world.customer)

        assert set(world.customer.sales_orders) == {world.sales_order, order}
        assert untrue(db) == []

    async def test_an_asynchronous_client_is_shown_the_same(
        self, client: AsyncClient, world: FullDemandChain
    ) -> None:
        form = {"username": world.admin.username, "password": world.admin.password}
        token = (await client.post("/api/v1/auth/login", data=form)).json()["access_token"]

        headers = {"Authorization": f"Bearer {token}"}
        shown = (await client.get("/api/v1/shortages", headers=headers)).json()

        assert {each["sku"]: each["missing"] for each in shown} == {
            need.item.sku: str(need.missing) for need in (world.filament, world.inserts)
        }


@pytest.mark.scenario("low-stock-with-allocations")
def test_what_is_low_is_found_by_its_sku(world: LowStockWithAllocations) -> None:
    pla = world.low["PLA-BLACK"]

    assert pla.available == pla.on_hand - pla.reserved < pla.item.reorder_point


@pytest.mark.scenario("so-with-blocking-issues")
def test_what_services_said_is_kept_with_its_types(world: SalesOrderWithBlockingIssues) -> None:
    (blocker,) = world.half_made.readiness.blockers

    assert blocker.kind.name == "IN_PROGRESS"
    assert world.printer.name in blocker.message
    assert world.sales_order.status is SalesOrderStatus.IN_PRODUCTION
