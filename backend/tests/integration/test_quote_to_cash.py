"""From a customer's question to the last parcel, each step by whom it is for."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.models import Customer, Item, Printer, Product
    from tests.factories import ItemFactory, ProductFactory

    from .people import AsyncWorker

pytestmark = pytest.mark.integration


@pytest.fixture
def filament(item_factory: type[ItemFactory]) -> Item:
    """A filament of which a kilogram is in stock."""
    return item_factory.create(filament=True, inventory_transactions=[{"quantity": Decimal(1000)}])


@pytest.fixture
def shade(product_factory: type[ProductFactory], filament: Item) -> Product:
    """A part of ten grams of filament, of which a tenth is lost; none is in stock."""
    line = {"item": filament, "quantity_per": Decimal(10), "scrap_factor": Decimal("0.1")}
    return product_factory.create(stocked=True, bom_lines=[line])


@pytest.fixture
def lamp(product_factory: type[ProductFactory], shade: Product, filament: Item) -> Product:
    """A lamp for 24.90 of a shade and thirty grams of filament, of which two are in stock."""
    return product_factory.create(
        stocked=True,
        item__inventory_transactions=[{"quantity": Decimal(2)}],
        unit_price=Decimal("24.90"),
        bom_lines=[{"item": shade.item}, {"item": filament, "quantity_per": Decimal(30)}],
    )


@pytest.fixture
def make(async_planner: AsyncWorker, async_operator: AsyncWorker, printer: Printer) -> Any:
    """Called with a production order, it has all its pieces made, in two parts."""

    async def make(order: Any) -> None:
        path = f"production-orders/{order['id']}"
        await async_planner.post(f"{path}/release")
        await async_operator.post(f"{path}/start", printer_id=printer.id)
        await async_operator.post(f"{path}/reports", good=1)
        if rest := order["quantity_open"] - 1:
            await async_operator.post(f"{path}/reports", good=rest)

    return make


async def ordered(planner: AsyncWorker, customer: Customer, product: Product, pieces: int) -> Any:
    """The confirmed sales order of an accepted quote."""
    line = {"product_id": product.id, "quantity": pieces}
    quote = await planner.post("quotes", customer_id=customer.id, lines=[line])
    await planner.post(f"quotes/{quote['id']}/send")
    await planner.post(f"quotes/{quote['id']}/accept")
    order = await planner.post(f"quotes/{quote['id']}/convert")
    return await planner.post(f"sales-orders/{order['id']}/confirm")


async def production_for(worker: AsyncWorker, order: Any, product: Product) -> Any:
    """The production order of a product for a sales order."""
    found = await worker.get("production-orders", sales_order_id=order["id"], product_id=product.id)
    (made,) = found
    return made


async def stock(worker: AsyncWorker, item_id: int | None) -> Any:
    """What is on hand of an item, and what of that is reserved."""
    there = await worker.get(f"items/{item_id}")
    return Decimal(there["on_hand"]), Decimal(there["reserved"])


async def test_what_is_in_stock_is_ready_at_once(
    async_planner: AsyncWorker, customer: Customer, lamp: Product
) -> None:
    order = await ordered(async_planner, customer, lamp, 2)

    assert order["status"] == "ready"
    assert await async_planner.get("production-orders") == []
    assert await stock(async_planner, lamp.item_id) == (2, 2)


async def test_what_is_not_in_stock_is_made_part_by_part(
    async_planner: AsyncWorker, customer: Customer, lamp: Product, shade: Product
) -> None:
    order = await ordered(async_planner, customer, lamp, 5)

    assert order["status"] == "confirmed"
    assert [line["reserved"] for line in order["lines"]] == ["2.0000"]
    for product in (lamp, shade):
        made = await production_for(async_planner, order, product)
        assert (made["quantity_ordered"], made["status"]) == (3, "draft")
        assert (made["sales_order_line"], made["due_date"]) == (1, order["ship_date"])


async def test_a_lamp_waits_for_its_shade(
    async_planner: AsyncWorker,
    customer: Customer,
    lamp: Product,
    shade: Product,
    make: Callable[[Any], Any],
) -> None:
    order = await ordered(async_planner, customer, lamp, 5)
    lamps = await production_for(async_planner, order, lamp)
    release = f"production-orders/{lamps['id']}/release"
    assert "lacks 3 ea of" in await async_planner.refused(release)

    await make(await production_for(async_planner, order, shade))

    assert await stock(async_planner, shade.item_id) == (3, 3)
    assert (await async_planner.post(release))["status"] == "released"


@pytest.fixture
async def told(
    async_planner: AsyncWorker,
    async_operator: AsyncWorker,
    async_viewer: AsyncWorker,
    customer: Customer,
    lamp: Product,
    shade: Product,
    make: Callable[[Any], Any],
) -> dict[str, Any]:
    """The statuses that an order of five lamps went through, and the order itself."""
    order = await ordered(async_planner, customer, lamp, 5)
    path = f"sales-orders/{order['id']}"
    statuses = [order["status"]]

    async def watch() -> None:
        statuses.append((await async_viewer.get(path))["status"])

    await make(await production_for(async_planner, order, shade))
    await watch()
    await make(await production_for(async_planner, order, lamp))
    await watch()
    await async_operator.post(f"{path}/shipments", lines=[{"line_number": 1, "quantity": 4}])
    await watch()
    await async_operator.post(f"{path}/shipments", carrier="DHL", tracking_number="00340")
    await watch()
    await async_planner.post(f"{path}/close")
    return {"statuses": statuses, "order": await async_viewer.get(path)}


async def test_its_status_follows_the_facts(told: dict[str, Any]) -> None:
    assert told["statuses"] == [
        "confirmed",
        "in_production",
        "ready",
        "partly_shipped",
        "shipped",
    ]
    assert told["order"]["status"] == "closed"


async def test_the_price_quoted_is_the_price_of_the_order(told: dict[str, Any]) -> None:
    assert [line["total_price"] for line in told["order"]["lines"]] == ["124.50"]
    assert told["order"]["total"] == "124.50"


async def test_every_movement_says_which_document_it_is_for(
    told: dict[str, Any], async_viewer: AsyncWorker, lamp: Product, shade: Product, filament: Item
) -> None:
    code = told["order"]["code"]
    lamps = (await production_for(async_viewer, told["order"], lamp))["code"]
    shades = (await production_for(async_viewer, told["order"], shade))["code"]
    moved: defaultdict[tuple[Any, str, str], Any] = defaultdict(Decimal)

    for move in await async_viewer.get("inventory-transactions"):
        key = (move["item_id"], move["transaction_type"], move["reference"])
        moved[key] += Decimal(move["quantity"])

    assert moved == {
        (filament.id, "receive", "TEST-RECEIVE"): 1000,
        (lamp.item_id, "receive", "TEST-RECEIVE"): 2,
        (filament.id, "issue", shades): -33,
        (shade.item_id, "receive", shades): 3,
        (shade.item_id, "issue", lamps): -3,
        (filament.id, "issue", lamps): -90,
        (lamp.item_id, "receive", lamps): 3,
        (lamp.item_id, "ship", code): -5,
    }


async def test_both_parcels_say_what_is_in_them(
    told: dict[str, Any], async_viewer: AsyncWorker
) -> None:
    last, first = await async_viewer.get("shipments", sales_order_id=told["order"]["id"])

    assert [line["quantity"] for line in first["lines"]] == [4]
    assert [line["quantity"] for line in last["lines"]] == [1]
    assert (last["carrier"], last["tracking_number"]) == ("DHL", "00340")


async def test_in_the_end_nothing_is_promised_or_missing(
    told: dict[str, Any], async_viewer: AsyncWorker, lamp: Product, filament: Item
) -> None:
    assert await stock(async_viewer, lamp.item_id) == (0, 0)
    assert await stock(async_viewer, filament.id) == (1000 - 33 - 90, 0)
    assert await async_viewer.get("reservations") == []
    assert await async_viewer.get("shortages") == []


async def test_a_part_that_is_not_wanted_any_more_is_waived(
    async_planner: AsyncWorker, async_operator: AsyncWorker, customer: Customer, lamp: Product
) -> None:
    order = await ordered(async_planner, customer, lamp, 5)
    path = f"sales-orders/{order['id']}"
    await async_operator.post(f"{path}/shipments", lines=[{"line_number": 1, "quantity": 1}])

    closed = await async_planner.post(f"{path}/close")

    assert (closed["status"], closed["lines"][0]["quantity_shipped"]) == ("closed", 1)
    assert await stock(async_planner, lamp.item_id) == (1, 0)
    made = await async_planner.get("production-orders", sales_order_id=order["id"])
    assert {each["status"] for each in made} == {"cancelled"}
