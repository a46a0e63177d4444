"""Orders are called off: what was promised is free again, what was made or has come stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from app.models import Customer, Item, Printer, Product, PurchaseOrder
    from tests.factories import (
        ItemFactory,
        ProductFactory,
        PurchaseOrderFactory,
        QuoteFactory,
    )

    from .people import Worker

pytestmark = pytest.mark.integration

STAGES = ["draft", "released", "in_progress", "half_made"]
"""How far the one production order of a sales order has come."""


@pytest.fixture
def filament(item_factory: type[ItemFactory]) -> Item:
    """A filament of which a kilogram is in stock."""
    return item_factory.create(filament=True, inventory_transactions=[{"quantity": Decimal(1000)}])


@pytest.fixture
def vase(product_factory: type[ProductFactory], filament: Item) -> Product:
    """A product of forty grams of filament, of which two pieces are in stock."""
    return product_factory.create(
        stocked=True,
        item__inventory_transactions=[{"quantity": Decimal(2)}],
        bom_lines=[{"item": filament, "quantity_per": Decimal(40)}],
    )


@pytest.fixture
def order(planner: Worker, customer: Customer, vase: Product) -> Any:
    """A confirmed sales order of ten vases, two of which are in stock."""
    line = {"product_id": vase.id, "quantity": 10}
    taken = planner.post("sales-orders", customer_id=customer.id, lines=[line])
    return planner.post(f"sales-orders/{taken['id']}/confirm")


@pytest.fixture
def made(planner: Worker, operator: Worker, order: Any, printer: Printer, stage: str) -> str:
    """The path of the order's production order, which has come to a stage."""
    (made,) = planner.get("production-orders", sales_order_id=order["id"])
    path = f"production-orders/{made['id']}"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("release", {}),
        ("start", {"printer_id": printer.id}),
        ("reports", {"good": 3, "scrapped": 1}),
    ]
    for step, body in steps[: STAGES.index(stage)]:
        (planner if step == "release" else operator).post(f"{path}/{step}", **body)
    return path


def stock(worker: Worker, item_id: int | None) -> Any:
    """What is on hand of an item, and what of that is reserved."""
    there = worker.get(f"items/{item_id}")
    return Decimal(there["on_hand"]), Decimal(there["reserved"])


@pytest.mark.parametrize("stage", STAGES)
def test_a_sales_order_is_cancelled_with_its_production(
    planner: Worker, order: Any, made: str, vase: Product, filament: Item, stage: str
) -> None:
    pieces, grams = {"half_made": (5, 840)}.get(stage, (2, 1000))

    cancelled = planner.post(f"sales-orders/{order['id']}/cancel")

    assert cancelled["status"] == "cancelled"
    assert planner.get(made)["status"] == "cancelled"
    assert [printer["status"] for printer in planner.get("printers")] == ["idle"]
    assert stock(planner, vase.item_id) == (pieces, 0)
    assert stock(planner, filament.id) == (grams, 0)


def test_a_pending_sales_order_promised_nothing(planner: Worker, customer: Customer) -> None:
    order = planner.post("sales-orders", customer_id=customer.id)

    assert planner.post(f"sales-orders/{order['id']}/cancel")["status"] == "cancelled"


@pytest.mark.parametrize("stage", ["in_progress"])
def test_a_sales_order_that_is_ready_is_cancelled_and_all_its_pieces_are_free(
    planner: Worker, operator: Worker, order: Any, made: str, vase: Product
) -> None:
    operator.post(f"{made}/reports", good=8)
    path = f"sales-orders/{order['id']}"
    assert (planner.get(path)["status"], stock(planner, vase.item_id)) == ("ready", (10, 10))

    planner.post(f"{path}/cancel")

    assert stock(planner, vase.item_id) == (10, 0)
    assert planner.get(made)["status"] == "completed"


@pytest.mark.parametrize("stage", ["draft"])
def test_a_sales_order_of_which_some_was_shipped_is_closed_instead(
    planner: Worker, operator: Worker, order: Any, made: str, vase: Product
) -> None:
    path = f"sales-orders/{order['id']}"
    operator.post(f"{path}/shipments", lines=[{"line_number": 1, "quantity": 1}])
    assert "partly_shipped" in planner.refused(f"{path}/cancel")
    assert planner.get(made)["status"] == "draft"

    assert planner.post(f"{path}/close")["status"] == "closed"

    assert planner.get(made)["status"] == "cancelled"
    assert stock(planner, vase.item_id) == (1, 0)
    for again in ("cancel", "close", "plan", "confirm"):
        assert "closed" in planner.refused(f"{path}/{again}")


@pytest.mark.parametrize("stage", STAGES)
def test_a_production_order_is_cancelled_and_its_sales_order_goes_on(
    planner: Worker, order: Any, made: str, vase: Product, filament: Item, stage: str
) -> None:
    pieces, grams = {"half_made": (5, 840)}.get(stage, (2, 1000))

    cancelled = planner.post(f"{made}/cancel")

    assert (cancelled["status"], cancelled["printer_id"]) == ("cancelled", None)
    assert [printer["status"] for printer in planner.get("printers")] == ["idle"]
    assert stock(planner, filament.id) == (grams, 0)
    assert stock(planner, vase.item_id) == (pieces, pieces)
    assert planner.get(f"sales-orders/{order['id']}")["status"] == "confirmed"


@pytest.mark.parametrize("stage", ["half_made"])
def test_nothing_more_is_done_with_a_production_order_that_is_over(
    planner: Worker, operator: Worker, made: str, printer: Printer
) -> None:
    operator.post(f"{made}/reports", good=4)

    assert "completed" in planner.refused(f"{made}/cancel")
    assert "completed" in planner.refused(f"{made}/release")
    assert "completed" in operator.refused(f"{made}/stop")
    assert "completed" in operator.refused(f"{made}/start", printer_id=printer.id)
    assert "completed" in operator.refused(f"{made}/reports", good=1)


@pytest.fixture
def bought(purchase_order_factory: type[PurchaseOrderFactory], filament: Item) -> PurchaseOrder:
    """A draft for five hundred grams of filament."""
    return purchase_order_factory.create(lines=[{"item": filament, "quantity": Decimal(500)}])


@pytest.mark.parametrize("stage,grams", [("draft", 0), ("ordered", 0), ("partly_received", 200)])
def test_a_purchase_order_is_cancelled_and_what_came_stays(
    planner: Worker, operator: Worker, bought: PurchaseOrder, filament: Item, stage: str, grams: int
) -> None:
    path = f"purchase-orders/{bought.id}"
    if stage != "draft":
        planner.post(f"{path}/place")
    if grams:
        operator.post(f"{path}/receipts", lines=[{"line_number": 1, "quantity": grams}])
    assert planner.get(path)["status"] == stage

    assert planner.post(f"{path}/cancel")["status"] == "cancelled"

    assert stock(planner, filament.id) == (1000 + grams, 0)
    assert planner.get(f"items/{filament.id}/timeline")["entries"] == []
    more = [{"line_number": 1, "quantity": 1}]
    assert "cancelled" in operator.refused(f"{path}/receipts", lines=more)


def test_a_purchase_order_that_came_whole_is_not_cancelled(
    planner: Worker, operator: Worker, bought: PurchaseOrder, filament: Item
) -> None:
    path = f"purchase-orders/{bought.id}"
    planner.post(f"{path}/place")
    operator.post(f"{path}/receipts", lines=[{"line_number": 1, "quantity": 500}])

    assert "received" in planner.refused(f"{path}/cancel")
    assert stock(planner, filament.id) == (1500, 0)


def test_a_quote_that_was_declined_becomes_nothing(
    planner: Worker, quote_factory: type[QuoteFactory]
) -> None:
    path = f"quotes/{quote_factory.create(sent=True).id}"

    assert planner.post(f"{path}/decline")["status"] == "declined"

    for step in ("send", "accept", "decline", "convert"):
        assert "declined" in planner.refused(f"{path}/{step}")
    assert planner.get("sales-orders") == []


def test_quotes_expire_the_day_after_they_were_good_for(
    planner: Worker, quote_factory: type[QuoteFactory]
) -> None:
    today = date.today()
    begun = today - timedelta(days=9)
    late, good = (
        quote_factory.create(sent=True, quote_date=begun, valid_until=until)
        for until in (today - timedelta(days=1), today)
    )
    assert "was good until" in planner.refused(f"quotes/{late.id}/accept")

    assert [quote["id"] for quote in planner.post("quotes/expire")] == [late.id]

    assert planner.get(f"quotes/{late.id}")["status"] == "expired"
    assert planner.post(f"quotes/{good.id}/accept")["status"] == "accepted"
    assert planner.post("quotes/expire") == []
