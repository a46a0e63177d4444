"""`quote-to-cash` and `rush-order`: a deal that is done, and one that others are in the way of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models import InventoryTransaction, PrinterStatus
from app.services import production, quotes, sales_orders, shipping
from app.services.demand import blockers, shortages, timeline
from app.services.errors import RuleError, StockError
from app.services.inventory import stock
from app.services.purchase_suggestions import suggestions

from .scenarios import logged_in, untrue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from app.models import Shipment
    from tests.scenarios import QuoteToCash, RushOrder

pytestmark = pytest.mark.integration
done = pytest.mark.scenario("quote-to-cash")
in_a_hurry = pytest.mark.scenario("rush-order")


def packed(parcel: Shipment) -> dict[int, int]:
    """The pieces in a parcel, by the number of the order's line."""
    return {part.sales_order_line.line_number: part.quantity for part in parcel.lines}


def components(world: RushOrder) -> dict[str, Any]:
    return {need.sku: need for need in world.needs}


@done
def test_the_books_are_right_after_the_deal(db: Session, world: QuoteToCash) -> None:
    assert (world.admin.role, untrue(db)) == ("admin", [])


@done
def test_every_document_of_the_deal_has_come_to_its_end(world: QuoteToCash) -> None:
    documents = (world.quote, world.sales_order, world.production_order)

    assert [str(document.status) for document in documents] == ["accepted", "closed", "completed"]
    assert world.printer.status == PrinterStatus.IDLE


@done
def test_the_order_is_what_was_quoted(world: QuoteToCash) -> None:
    def agreed(document: Any) -> list[tuple[Any, ...]]:
        return [(line.product.sku, line.quantity, line.unit_price) for line in document.lines]

    assert world.sales_order.quote is world.quote
    assert agreed(world.sales_order) == agreed(world.quote)
    assert agreed(world.quote) == [
        ("PLANTER-SW", 20, Decimal("34.90")),
        ("VASE-WAVE", 8, Decimal("14.90")),
    ]


@done
def test_the_customer_pays_what_was_quoted(world: QuoteToCash) -> None:
    assert world.total == world.quote.total == Decimal("817.20")  # 698.00 + 119.20


@done
def test_what_was_not_in_stock_was_made(world: QuoteToCash) -> None:
    made = world.production_order

    assert world.sales_order.production_orders == [made]
    assert (made.product, made.quantity_completed) == (world.planters.product, 20)
    assert made.printer is world.printer


@done
def test_it_left_in_two_parcels(world: QuoteToCash) -> None:
    assert world.sales_order.shipments == [world.first_shipment, world.second_shipment]
    assert packed(world.first_shipment) == {1: 12, 2: 8}
    assert packed(world.second_shipment) == {1: 8}
    assert (world.planters.first, world.planters.second) == (12, 8)
    assert (world.vases.first, world.vases.second) == (8, 0)


@done
def test_the_stock_moved_as_the_deal_did(db: Session, world: QuoteToCash) -> None:
    codes = [world.sales_order.code, world.production_order.code]
    moves = select(InventoryTransaction).where(InventoryTransaction.reference.in_(codes))
    moved: dict[str, Decimal] = {}
    for move in db.scalars(moves):
        moved[move.item.sku] = moved.get(move.item.sku, Decimal(0)) + move.quantity

    assert moved == {
        "PLA-BLACK": Decimal(-5),
        "INSERT-M3": Decimal(-80),
        "BOX-M": Decimal(-20),
        "PLANTER-SW": Decimal(0),
        "VASE-WAVE": Decimal(-8),
    }


@done
def test_nothing_of_the_deal_is_left_to_do(db: Session, world: QuoteToCash) -> None:
    assert shortages(db) == []
    with pytest.raises(RuleError, match="became"):
        quotes.convert(db, world.quote.id)
    with pytest.raises(RuleError, match="closed"):
        shipping.ship(db, world.sales_order.id)


@done
def test_the_planner_sees_the_deal_and_the_operator_the_job(
    world: QuoteToCash, make_sync_client: Callable[[], TestClient]
) -> None:
    planner = logged_in(make_sync_client(), world.planner)
    operator = logged_in(make_sync_client(), world.operator)

    order = planner.get(f"sales-orders/{world.sales_order.id}")
    made = operator.get(f"production-orders/{world.production_order.id}")

    assert (order["code"], order["status"]) == (world.sales_order.code, "closed")
    assert (made["quantity_completed"], made["status"]) == (20, "completed")


@in_a_hurry
def test_the_books_are_right_in_a_hurry(db: Session, world: RushOrder) -> None:
    assert (world.admin.role, untrue(db)) == ("admin", [])


@in_a_hurry
def test_the_rush_order_is_due_before_all_others(world: RushOrder) -> None:
    others = [*(each.sales_order for each in world.in_the_way), world.reserved_vases]

    assert world.sales_order.status == "confirmed"
    assert world.sales_order.ship_date == world.due == date.today() + timedelta(days=2)
    assert all(order.ship_date and order.ship_date > world.due for order in others)


@in_a_hurry
def test_others_hold_what_its_planters_take(db: Session, world: RushOrder) -> None:
    needs = components(world)
    there = stock(db, [need.item_id for need in needs.values()])
    found = {sku: (each.required, there[each.item_id].available) for sku, each in needs.items()}
    held = [made.production_order.quantity_open for made in world.in_the_way]

    assert held == [24, 8]
    assert found == {
        "PLA-BLACK": (Decimal(3), Decimal(2)),
        "INSERT-M3": (Decimal(48), Decimal(22)),
        "BOX-M": (Decimal(12), Decimal(68)),
    }


@in_a_hurry
def test_the_filament_comes_too_late_and_the_inserts_not_at_all(world: RushOrder) -> None:
    needs = components(world)
    (stocked, bought) = needs["PLA-BLACK"].sources

    assert [stocked.quantity, bought.quantity] == [2, 1]
    assert (bought.document, bought.late) == (world.purchase_order.code, True)
    assert bought.on == date.today() + timedelta(days=3)
    assert [needs[sku].missing for sku in ("PLA-BLACK", "INSERT-M3", "BOX-M")] == [0, 26, 0]


@in_a_hurry
def test_filaops_says_what_stands_in_the_way(db: Session, world: RushOrder) -> None:
    planters, vases = blockers(db, world.sales_order.id)

    assert [str(each.kind) for each in planters.blockers] == [
        *("material_coming", "material_short", "not_released")
    ]
    assert [(str(each.kind), each.document) for each in vases.blockers] == [
        ("not_released", world.vases.code)
    ]
    assert [planters.reserved, vases.reserved] == [0, 2]
    assert [line.blockers for line in world.readiness] == [planters.blockers, vases.blockers]


@in_a_hurry
def test_the_missing_inserts_should_have_been_ordered_days_ago(
    db: Session, world: RushOrder
) -> None:
    (inserts,) = suggestions(db)

    assert (inserts.sku, inserts.quantity) == ("INSERT-M3", Decimal(26))
    assert inserts.needed_by == world.due
    assert inserts.order_by == world.due - timedelta(days=5)


@in_a_hurry
def test_the_balance_of_inserts_never_recovers(db: Session, world: RushOrder) -> None:
    found = timeline(db, components(world)["INSERT-M3"].item_id)

    assert [entry.quantity for entry in found.entries] == [-48, -32, -96]
    assert [found.on_hand, found.entries[-1].balance] == [150, -26]


@in_a_hurry
def test_its_vases_could_be_printed_but_no_printer_is_free(db: Session, world: RushOrder) -> None:
    production.release(db, world.vases.id)

    taken = [each.printer for each in world.in_the_way]
    assert [str(printer.status) for printer in taken] == ["printing", "printing"]
    for printer in (*taken, world.in_maintenance):
        with pytest.raises(RuleError, match="choose a printer that is idle"):
            production.start(db, world.vases.id, printer.id)


@in_a_hurry
def test_an_order_called_off_makes_room_for_the_rush_order(db: Session, world: RushOrder) -> None:
    with pytest.raises(StockError, match="INSERT-M3"):
        production.release(db, world.planters.id)

    sales_orders.cancel(db, world.in_the_way[0].sales_order.id)

    production.release(db, world.planters.id)
    production.start(db, world.planters.id, world.in_the_way[0].printer.id)
    assert world.sales_order.status == "in_production"


@in_a_hurry
def test_most_of_the_vases_are_promised_to_another_customer(db: Session, world: RushOrder) -> None:
    vase = world.vases.product.item

    assert vase is not None
    assert world.reserved_vases.status == "ready"
    assert [line.quantity_reserved for line in world.reserved_vases.lines] == [10]
    assert stock(db, [vase.id])[vase.id].available == 0
    assert world.vases.quantity_ordered == 4
