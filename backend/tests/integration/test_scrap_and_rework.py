"""Prints fail: scrap is used up, what is missing is planned again, what is left comes back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from app.models import Item, Printer, Product
    from tests.factories import (
        CustomerFactory,
        ItemFactory,
        PrinterFactory,
        ProductFactory,
    )

    from .people import Worker

pytestmark = pytest.mark.integration


@pytest.fixture
def filament(item_factory: type[ItemFactory]) -> Item:
    """A filament of which a kilogram is in stock."""
    return item_factory.create(filament=True, inventory_transactions=[{"quantity": Decimal(1000)}])


@pytest.fixture
def vase(product_factory: type[ProductFactory], filament: Item) -> Product:
    """A product of forty grams of filament, of which none is in stock."""
    line = {"item": filament, "quantity_per": Decimal(40)}
    return product_factory.create(stocked=True, bom_lines=[line])


@pytest.fixture
def order(planner: Worker, customer_factory: type[CustomerFactory], vase: Product) -> Any:
    """A confirmed sales order of ten vases."""
    buyer = customer_factory.create()
    line = {"product_id": vase.id, "quantity": 10}
    taken = planner.post("sales-orders", customer_id=buyer.id, lines=[line])
    return planner.post(f"sales-orders/{taken['id']}/confirm")


@pytest.fixture
def at_work(planner: Worker, operator: Worker, order: Any, printer: Printer) -> str:
    """The path of the order's production order, which is being printed."""
    (made,) = planner.get("production-orders", sales_order_id=order["id"])
    path = f"production-orders/{made['id']}"
    planner.post(f"{path}/release")
    operator.post(f"{path}/start", printer_id=printer.id)
    return path


def used(worker: Worker, item: Item, path: str) -> dict[str, Decimal]:
    """What was moved of an item for a production order, by the kind of movement."""
    code = worker.get(path)["code"]
    moves = worker.get("inventory-transactions", item_id=item.id, reference=code)
    found: dict[str, Decimal] = {}
    for move in moves:
        kind = move["transaction_type"]
        found[kind] = found.get(kind, Decimal(0)) + Decimal(move["quantity"])
    return found


def blockers(worker: Worker, order: Any) -> list[str]:
    (line,) = worker.get(f"sales-orders/{order['id']}/blockers")
    return [blocker["kind"] for blocker in line["blockers"]]


def test_scrapped_pieces_take_their_material_and_are_not_in_stock(
    operator: Worker, at_work: str, vase: Product, filament: Item
) -> None:
    made = operator.post(f"{at_work}/reports", good=7, scrapped=2)

    assert (made["quantity_completed"], made["quantity_scrapped"]) == (7, 2)
    assert (made["status"], made["quantity_open"]) == ("in_progress", 1)
    assert used(operator, filament, at_work) == {"issue": -280, "scrap": -80}
    assert operator.get(f"items/{vase.item_id}")["on_hand"] == "7.0000"
    assert operator.get(f"items/{filament.id}")["reserved"] == "40.0000"


def test_what_was_scrapped_is_missing_until_it_is_planned_again(
    planner: Worker, operator: Worker, order: Any, at_work: str
) -> None:
    operator.post(f"{at_work}/reports", good=8, scrapped=2)
    assert planner.get(at_work)["status"] == "completed"
    assert blockers(planner, order) == ["not_planned"]

    planner.post(f"sales-orders/{order['id']}/plan")

    again, first = planner.get("production-orders", sales_order_id=order["id"])
    assert (first["status"], again["status"]) == ("completed", "draft")
    assert again["quantity_ordered"] == 2
    assert blockers(planner, order) == ["not_released"]


def test_planning_twice_orders_nothing_twice(
    planner: Worker, operator: Worker, order: Any, at_work: str
) -> None:
    operator.post(f"{at_work}/reports", good=8, scrapped=2)

    for _ in range(2):
        planner.post(f"sales-orders/{order['id']}/plan")

    assert len(planner.get("production-orders", status="draft")) == 1


def test_an_order_is_ready_once_the_rework_is_done(
    planner: Worker, operator: Worker, order: Any, at_work: str, printer: Printer
) -> None:
    operator.post(f"{at_work}/reports", good=8, scrapped=2)
    sales_order = f"sales-orders/{order['id']}"
    assert planner.post(f"{sales_order}/plan")["status"] == "in_production"
    (again,) = planner.get("production-orders", status="draft")
    path = f"production-orders/{again['id']}"
    planner.post(f"{path}/release")
    operator.post(f"{path}/start", printer_id=printer.id)

    operator.post(f"{path}/reports", good=2)

    assert planner.get(sales_order)["status"] == "ready"
    assert planner.get(sales_order)["lines"][0]["reserved"] == "10.0000"


def test_no_more_pieces_are_reported_than_were_ordered(operator: Worker, at_work: str) -> None:
    operator.post(f"{at_work}/reports", good=7, scrapped=2)

    assert "1 pieces open" in operator.refused(f"{at_work}/reports", good=1, scrapped=1)


def test_material_left_over_comes_back(operator: Worker, at_work: str, filament: Item) -> None:
    operator.post(f"{at_work}/reports", good=10)

    operator.post(f"{at_work}/returns", item_id=filament.id, quantity="25.5")

    assert used(operator, filament, at_work) == {"issue": -400, "return": Decimal("25.5")}
    assert operator.get(f"items/{filament.id}")["available"] == "625.5000"


def test_no_more_material_comes_back_than_went_out(
    operator: Worker, at_work: str, filament: Item
) -> None:
    operator.post(f"{at_work}/reports", good=1, scrapped=9)
    back = {"item_id": filament.id, "quantity": "40"}
    operator.post(f"{at_work}/returns", **back)

    refusal = operator.refused(f"{at_work}/returns", item_id=filament.id, quantity="0.0001")

    assert "0 g of" in refusal


def test_an_order_moves_to_another_printer_with_its_material(
    operator: Worker,
    at_work: str,
    filament: Item,
    printer: Printer,
    printer_factory: type[PrinterFactory],
) -> None:
    operator.post(f"{at_work}/reports", good=4)
    stopped = operator.post(f"{at_work}/stop")
    assert (stopped["status"], stopped["printer_id"]) == ("released", None)
    assert operator.get(f"printers/{printer.id}")["status"] == "idle"
    operator.post(f"printers/{printer.id}/status", status="maintenance")

    operator.post(f"{at_work}/start", printer_id=printer_factory.create().id)
    done = operator.post(f"{at_work}/reports", good=6)

    assert done["status"] == "completed"
    assert used(operator, filament, at_work) == {"issue": -400}


def test_an_order_goes_on_by_the_bill_that_it_was_released_with(
    planner: Worker, operator: Worker, at_work: str, vase: Product, filament: Item
) -> None:
    line = {"item_id": filament.id, "quantity_per": "55"}
    version = planner.get(f"products/{vase.id}")["version"]
    planner.post(f"products/{vase.id}/bill-revisions", version=version, lines=[line])

    operator.post(f"{at_work}/reports", good=10)

    assert used(operator, filament, at_work) == {"issue": -400}
    assert planner.get(at_work)["bom_revision"] == 1
    assert planner.get(f"products/{vase.id}")["bom_revision"] == 2
