"""What came off the printers is reported in parts, and unused material comes back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, Printer, Product
    from tests.factories import (
        InventoryTransactionFactory,
        ItemFactory,
        ProductFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.api

ORDERS = "/api/v1/production-orders"
MOVES = "/api/v1/inventory-transactions"


@pytest.fixture
def pla(
    item_factory: type[ItemFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
) -> Item:
    """A spool of filament."""
    pla = item_factory.create(sku="PLA", filament=True)
    inventory_transaction_factory.create(item=pla, quantity=Decimal(1000))
    return pla


@pytest.fixture
def vase(product_factory: type[ProductFactory], pla: Item) -> Product:
    """A vase of 25.5 g of filament."""
    bill = [{"item": pla, "quantity_per": Decimal("25.5")}]
    return product_factory.create(sku="VASE", stocked=True, bom_lines=bill)


@pytest.fixture
async def order(planner_client: AsyncClient, vase: Product, printer: Printer) -> dict[str, Any]:
    """Ten vases for stock, on a printer."""
    draft = {"product_id": vase.id, "quantity": 10}
    made = await answer(planner_client.post(ORDERS, json=draft), 201)
    return await started(planner_client, made["id"], printer)


async def started(client: AsyncClient, order_id: int, printer: Printer) -> dict[str, Any]:
    await answer(client.post(f"{ORDERS}/{order_id}/release"))
    body = {"printer_id": printer.id}
    order: dict[str, Any] = await answer(client.post(f"{ORDERS}/{order_id}/start", json=body))
    return order


async def moves_of(client: AsyncClient, order: dict[str, Any]) -> list[tuple[str, str]]:
    """The kind and quantity of each movement for an order, as they were written."""
    rows = await answer(client.get(MOVES, params={"reference": order["code"], "sort": "id"}))
    return [(row["transaction_type"], row["quantity"]) for row in rows]


async def stock_of(client: AsyncClient, item_id: int | None) -> Any:
    """What is on hand and what is reserved of an item."""
    shown = await answer(client.get(f"/api/v1/items/{item_id}"))
    return Decimal(shown["on_hand"]), Decimal(shown["reserved"])


async def test_a_report_issues_material_and_receives_the_good_pieces(
    operator_client: AsyncClient, order: dict[str, Any], pla: Item, vase: Product
) -> None:
    body = {"good": 3, "scrapped": 1}

    reported = await answer(operator_client.post(f"{ORDERS}/{order['id']}/reports", json=body))

    assert reported == order | {
        "quantity_completed": 3,
        "quantity_scrapped": 1,
        "quantity_open": 6,
    }
    assert await moves_of(operator_client, order) == [
        ("issue", "-76.5000"),
        ("scrap", "-25.5000"),
        ("receive", "3.0000"),
    ]
    assert await stock_of(operator_client, pla.id) == (1000 - 102, 255 - 102)
    assert await stock_of(operator_client, vase.item_id) == (3, 0)


async def test_the_last_piece_completes_the_order_and_frees_the_printer(
    operator_client: AsyncClient, order: dict[str, Any], pla: Item
) -> None:
    path = f"{ORDERS}/{order['id']}"
    await answer(operator_client.post(f"{path}/reports", json={"good": 8}))

    completed = await answer(operator_client.post(f"{path}/reports", json={"scrapped": 2}))

    assert (completed["status"], completed["quantity_open"]) == ("completed", 0)
    assert completed["completed_at"] is not None
    assert completed["printer_id"] == order["printer_id"]
    printer = await answer(operator_client.get(f"/api/v1/printers/{order['printer_id']}"))
    assert printer["status"] == "idle"
    assert await stock_of(operator_client, pla.id) == (1000 - 255, 0)


async def test_pieces_made_for_a_customer_are_theirs_at_once(
    planner_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    vase: Product,
    printer: Printer,
) -> None:
    sold = sales_order_factory.create(lines=[{"product": vase, "quantity": 2}])
    await answer(planner_client.post(f"/api/v1/sales-orders/{sold.id}/confirm"))
    (made,) = await answer(planner_client.get(f"{ORDERS}?sales_order_id={sold.id}"))
    await started(planner_client, made["id"], printer)

    await answer(planner_client.post(f"{ORDERS}/{made['id']}/reports", json={"good": 2}))

    shown = await answer(planner_client.get(f"/api/v1/sales-orders/{sold.id}"))
    assert (shown["status"], shown["lines"][0]["reserved"]) == ("ready", "2.0000")
    assert await stock_of(planner_client, vase.item_id) == (2, 2)


async def test_no_more_is_reported_than_was_ordered(
    operator_client: AsyncClient, order: dict[str, Any]
) -> None:
    path = f"{ORDERS}/{order['id']}/reports"

    words = await refusal(operator_client.post(path, json={"good": 9, "scrapped": 2}))

    assert words.startswith(f"{order['code']} has 10 pieces open; 11 were reported")
    assert await moves_of(operator_client, order) == []


@pytest.mark.parametrize("body", [{}, {"good": 0, "scrapped": 0}])
async def test_a_report_of_nothing_is_refused(
    operator_client: AsyncClient, order: dict[str, Any], body: dict[str, int]
) -> None:
    words = await refusal(operator_client.post(f"{ORDERS}/{order['id']}/reports", json=body), 422)

    assert words == "report at least one good or scrapped piece, and no negative number"


async def test_unused_material_comes_back_with_its_order_as_reference(
    operator_client: AsyncClient, order: dict[str, Any], pla: Item
) -> None:
    path = f"{ORDERS}/{order['id']}"
    await answer(operator_client.post(f"{path}/reports", json={"good": 2}))

    back = await answer(
        operator_client.post(f"{path}/returns", json={"item_id": pla.id, "quantity": "0.5"}), 201
    )

    assert (back["transaction_type"], back["quantity"]) == ("return", "0.5000")
    assert (back["item_id"], back["reference"]) == (pla.id, order["code"])
    assert await answer(operator_client.get(f"{MOVES}/{back['id']}")) == back


@pytest.mark.parametrize(
    "quantities,out", [(["51.0001"], "51"), (["50", "1.0001"], "1"), (["0.5", "50.5", "1"], "0")]
)
async def test_no_more_comes_back_than_was_issued(
    operator_client: AsyncClient,
    order: dict[str, Any],
    pla: Item,
    quantities: list[str],
    out: str,
) -> None:
    path = f"{ORDERS}/{order['id']}"
    await answer(operator_client.post(f"{path}/reports", json={"good": 2, "scrapped": 1}))
    *allowed, too_much = [{"item_id": pla.id, "quantity": each} for each in quantities]
    for body in allowed:
        await answer(operator_client.post(f"{path}/returns", json=body), 201)

    words = await refusal(operator_client.post(f"{path}/returns", json=too_much))

    assert f"{out} g of PLA are out for {order['code']}" in words


async def test_what_comes_back_is_an_item_that_exists(
    operator_client: AsyncClient, order: dict[str, Any]
) -> None:
    body = {"item_id": 2147483647, "quantity": 1}

    words = await refusal(operator_client.post(f"{ORDERS}/{order['id']}/returns", json=body), 422)

    assert words == "no item has the id 2147483647"
