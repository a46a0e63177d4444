"""Production orders are released with their material, put on printers, taken off, cancelled."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, Printer, Product, ProductionOrder
    from tests.factories import (
        BOMLineFactory,
        InventoryTransactionFactory,
        ItemFactory,
        PrinterFactory,
        ProductFactory,
        ProductionOrderFactory,
    )

pytestmark = pytest.mark.api

ORDERS = "/api/v1/production-orders"


@pytest.fixture
def pla(item_factory: type[ItemFactory]) -> Item:
    return item_factory.create(sku="PLA", filament=True)


@pytest.fixture
def vase(product_factory: type[ProductFactory], pla: Item) -> Product:
    """A vase of 25.5 g of filament."""
    bill = [{"item": pla, "quantity_per": Decimal("25.5")}]
    return product_factory.create(sku="VASE", bom_lines=bill)


@pytest.fixture
def draft(
    production_order_factory: type[ProductionOrderFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
    pla: Item,
    vase: Product,
) -> ProductionOrder:
    """An order of four vases, and just as much filament as they take."""
    inventory_transaction_factory.create(item=pla, quantity=Decimal(102))
    return production_order_factory.create(code="PO-1", product=vase, quantity_ordered=4)


@pytest.fixture
async def released(planner_client: AsyncClient, draft: ProductionOrder) -> str:
    """The path of the order, released."""
    await answer(planner_client.post(f"{ORDERS}/{draft.id}/release"))
    return f"{ORDERS}/{draft.id}"


async def status_of(client: AsyncClient, printer: Printer) -> str:
    shown = await answer(client.get(f"/api/v1/printers/{printer.id}"))
    return str(shown["status"])


async def reserved(client: AsyncClient, item: Item) -> Decimal:
    shown = await answer(client.get(f"/api/v1/items/{item.id}"))
    return Decimal(shown["reserved"])


async def test_a_release_reserves_the_material_and_fixes_the_bill(
    planner_client: AsyncClient, draft: ProductionOrder, pla: Item
) -> None:
    released = await answer(planner_client.post(f"{ORDERS}/{draft.id}/release"))

    assert (released["status"], released["bom_revision"]) == ("released", 1)
    assert await reserved(planner_client, pla) == 102


async def test_a_release_that_lacks_material_names_all_of_it(
    planner_client: AsyncClient,
    draft: ProductionOrder,
    vase: Product,
    item_factory: type[ItemFactory],
    bom_line_factory: type[BOMLineFactory],
) -> None:
    bom_line_factory.create(product=vase, item=item_factory.create(sku="BOX", unit="ea"))
    bom_line_factory.create(product=vase, item=item_factory.create(sku="TAPE", unit="m"))

    words = await refusal(planner_client.post(f"{ORDERS}/{draft.id}/release"))

    assert words == "PO-1 lacks 4 ea of BOX, 4 m of TAPE; buy or make it before the release"
    assert (await answer(planner_client.get(f"{ORDERS}/{draft.id}")))["status"] == "draft"


async def test_what_nobody_knows_how_to_make_is_not_released(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    production_order_factory: type[ProductionOrderFactory],
) -> None:
    order = production_order_factory.create(product=product_factory.create(sku="IDEA"))

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/release"))

    assert words == "IDEA has no bill of materials; write one first"


async def test_an_order_goes_on_an_idle_printer_and_comes_off_again(
    operator_client: AsyncClient, released: str, printer: Printer
) -> None:
    started = await answer(
        operator_client.post(f"{released}/start", json={"printer_id": printer.id})
    )
    at_work = await status_of(operator_client, printer)
    stopped = await answer(operator_client.post(f"{released}/stop"))

    assert (started["status"], started["printer_id"], at_work) == (
        "in_progress",
        printer.id,
        "printing",
    )
    assert started["started_at"] is not None
    assert stopped == started | {"status": "released", "printer_id": None}
    assert await status_of(operator_client, printer) == "idle"


async def test_what_was_stopped_can_be_started_again(
    operator_client: AsyncClient, released: str, printer_factory: type[PrinterFactory]
) -> None:
    first, second = printer_factory.create_batch(2)
    started = await answer(operator_client.post(f"{released}/start", json={"printer_id": first.id}))
    await answer(operator_client.post(f"{released}/stop"))

    again = await answer(operator_client.post(f"{released}/start", json={"printer_id": second.id}))

    assert again == started | {"printer_id": second.id}


@pytest.mark.parametrize("status", ["printing", "maintenance", "offline"])
async def test_a_printer_that_is_not_idle_takes_no_order(
    operator_client: AsyncClient,
    released: str,
    printer_factory: type[PrinterFactory],
    status: str,
) -> None:
    printer = printer_factory.create(name="Ada", status=status)

    words = await refusal(
        operator_client.post(f"{released}/start", json={"printer_id": printer.id})
    )

    assert words == f"Ada is {status}; choose a printer that is idle"


async def test_an_order_goes_on_a_printer_that_exists(
    operator_client: AsyncClient, released: str
) -> None:
    body = {"printer_id": 2147483647}

    words = await refusal(operator_client.post(f"{released}/start", json=body), 422)

    assert words == "no printer has the id 2147483647"


async def test_cancelling_frees_material_and_printer(
    planner_client: AsyncClient, released: str, pla: Item, printer: Printer
) -> None:
    await answer(planner_client.post(f"{released}/start", json={"printer_id": printer.id}))

    cancelled = await answer(planner_client.post(f"{released}/cancel"))

    assert (cancelled["status"], cancelled["printer_id"]) == ("cancelled", None)
    assert await status_of(planner_client, printer) == "idle"
    assert await reserved(planner_client, pla) == 0


OPEN = "draft or released or in_progress"


@pytest.mark.parametrize(
    "status,action,body,done,only",
    [
        ("released", "release", None, "released", "draft"),
        ("draft", "start", {"printer_id": 1}, "started", "released"),
        ("completed", "start", {"printer_id": 1}, "started", "released"),
        ("released", "stop", None, "stopped", "in_progress"),
        ("released", "reports", {"good": 1}, "reported on", "in_progress"),
        ("completed", "cancel", None, "cancelled", OPEN),
        ("cancelled", "cancel", None, "cancelled", OPEN),
    ],
)
async def test_an_action_that_does_not_go_with_the_state_is_refused(
    planner_client: AsyncClient,
    production_order_factory: type[ProductionOrderFactory],
    status: str,
    action: str,
    body: Any,
    done: str,
    only: str,
) -> None:
    order = production_order_factory.create(code="PO-1", status=status)

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/{action}", json=body))

    assert words == f"PO-1 is {status}; it can be {done} only while it is {only}"


@pytest.mark.parametrize(
    "action,body,field",
    [
        ("start", {}, "printer_id"),
        ("start", {"printer_id": 0}, "printer_id"),
        ("start", {"printer_id": 1, "operator": "Ada"}, "operator"),
        ("reports", {"good": -1}, "good"),
        ("reports", {"scrapped": 0.5}, "scrapped"),
        ("returns", {"quantity": 1}, "item_id"),
        ("returns", {"item_id": 1, "quantity": "0"}, "quantity"),
        ("returns", {"item_id": 1, "quantity": -1}, "quantity"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(
    planner_client: AsyncClient, action: str, body: dict[str, Any], field: str
) -> None:
    assert await refused_fields(planner_client.post(f"{ORDERS}/7/{action}", json=body)) == {field}
