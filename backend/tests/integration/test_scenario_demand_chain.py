"""`full-demand-chain`: 50 planters are ordered, and 2.5 kg and 50 inserts are to buy for them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from app.services import production, purchasing
from app.services.demand import blockers, chain, shortages
from app.services.purchase_suggestions import suggestions
from tests.scenarios import FullDemandChain, full_demand_chain

from .scenarios import logged_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from .people import Worker

pytestmark = pytest.mark.integration


@pytest.fixture
def demanded(db: Session) -> FullDemandChain:
    return full_demand_chain(db)


@pytest.fixture
def admin(demanded: FullDemandChain, make_sync_client: Callable[[], TestClient]) -> Worker:
    return logged_in(make_sync_client(), demanded.admin)


def components(admin: Worker, made: FullDemandChain) -> dict[str, Any]:
    """What the production order takes, as the API shows its sales order's chain."""
    (line,) = admin.get(f"sales-orders/{made.sales_order.id}/demand-chain")["lines"]
    (order,) = line["production_orders"]
    assert order["id"] == made.production_order.id
    return {each["sku"]: each for each in order["components"]}


def test_each_unit_takes_a_quarter_kilogram_four_inserts_and_a_box(
    demanded: FullDemandChain,
) -> None:
    takes = {line.item.sku: line.quantity_per for line in demanded.product.bill}

    assert takes == {"PLA-BLACK": Decimal("0.25"), "INSERT-M3": 4, "BOX-M": 1}
    assert (demanded.line.quantity, demanded.quantity) == (50, 50)


def test_filaops_finds_two_and_a_half_kilograms_and_fifty_inserts_missing(
    db: Session, demanded: FullDemandChain
) -> None:
    found = {each.sku: (each.required, each.on_hand, each.missing) for each in shortages(db)}

    assert found == {
        "PLA-BLACK": (Decimal("12.5"), Decimal(10), Decimal("2.5")),
        "INSERT-M3": (Decimal(200), Decimal(150), Decimal(50)),
    }


def test_what_is_missing_is_pegged_to_the_line_of_the_sales_order(
    db: Session, demanded: FullDemandChain
) -> None:
    sold, made = demanded.sales_order, demanded.production_order
    pegs = {
        (short.sales_order_id, short.line_number, short.production_order_id)
        for each in shortages(db)
        for short in each.short_for
    }

    assert pegs == {(sold.id, demanded.line.line_number, made.id)}


def test_the_chain_runs_from_the_customer_to_the_production_order(
    db: Session, demanded: FullDemandChain
) -> None:
    found = chain(db, demanded.sales_order.id)

    (line,) = found.lines
    (made,) = line.production_orders
    assert (found.customer_id, found.sales_order) == (
        demanded.customer.id,
        demanded.sales_order.code,
    )
    assert (made.code, made.quantity_ordered) == (demanded.production_order.code, 50)


def test_the_chain_ends_in_drafts_for_exactly_what_is_missing(
    demanded: FullDemandChain, admin: Worker
) -> None:
    shown = components(admin, demanded)

    drafted = {
        sku: [(draft["document_id"], Decimal(draft["quantity"])) for draft in each["drafts"]]
        for sku, each in shown.items()
    }
    filament, inserts = demanded.filament, demanded.inserts
    assert filament.purchase_order is not None
    assert inserts.purchase_order is not None
    assert drafted == {
        "PLA-BLACK": [(filament.purchase_order.id, Decimal("2.5"))],
        "INSERT-M3": [(inserts.purchase_order.id, Decimal(50))],
        "BOX-M": [],
    }


def test_boxes_suffice(demanded: FullDemandChain, admin: Worker) -> None:
    boxes = components(admin, demanded)["BOX-M"]

    assert [Decimal(boxes[name]) for name in ("required", "on_hand", "missing")] == [50, 100, 0]
    assert demanded.boxes.missing == 0
    assert demanded.boxes.purchase_order is None


def test_the_result_says_what_filaops_says(demanded: FullDemandChain, admin: Worker) -> None:
    shown = components(admin, demanded)

    for need in (demanded.filament, demanded.inserts, demanded.boxes):
        each = shown[need.item.sku]
        assert [each[name] for name in ("required", "on_hand", "missing")] == [
            str(need.required),
            str(need.on_hand),
            str(need.missing),
        ]


def test_nothing_else_is_to_be_bought(db: Session, demanded: FullDemandChain) -> None:
    assert suggestions(db) == []
    assert [order.status for order in demanded.purchase_orders] == ["draft", "draft"]
    assert {order.vendor.name for order in demanded.purchase_orders} == {
        "Spoolworks",
        "Fasten & Co",
    }


def test_what_blocks_the_order_says_which_drafts_to_place(
    db: Session, demanded: FullDemandChain
) -> None:
    (line,) = blockers(db, demanded.sales_order.id)

    assert [each.kind.value for each in line.blockers] == [
        *("material_short", "material_short", "not_released")
    ]
    messages = " ".join(each.message for each in line.blockers)
    assert [
        order.code for order in demanded.purchase_orders if f"place {order.code}" not in messages
    ] == []


def test_the_drafts_placed_end_the_shortage_in_time(db: Session, demanded: FullDemandChain) -> None:
    for order in demanded.purchase_orders:
        purchasing.place(db, order.id)

    assert shortages(db) == []
    (line,) = chain(db, demanded.sales_order.id).lines
    sources = [each for part in line.production_orders[0].components for each in part.sources]
    assert [each.document for each in sources if each.late] == []
    assert demanded.sales_order.ship_date == date.today() + timedelta(days=7)


def test_the_drafts_received_let_all_be_made_on_the_idle_printer(
    db: Session, demanded: FullDemandChain
) -> None:
    made, printer = demanded.production_order, demanded.printer
    for order in demanded.purchase_orders:
        purchasing.place(db, order.id)
        purchasing.receive(db, order.id, {line.line_number: line.quantity for line in order.lines})

    production.release(db, made.id)
    production.start(db, made.id, printer.id)
    production.report(db, made.id, good=50)

    assert demanded.sales_order.status == "ready"
    assert [(line.state.value) for line in blockers(db, demanded.sales_order.id)] == ["ready"]
