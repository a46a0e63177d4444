"""Sales orders are confirmed, planned again, cancelled and closed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, Product, SalesOrder
    from tests.factories import (
        BOMLineFactory,
        InventoryTransactionFactory,
        ItemFactory,
        ProductFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.api

ORDERS = "/api/v1/sales-orders"
MADE = "/api/v1/production-orders"


@pytest.fixture
def vase(product_factory: type[ProductFactory]) -> Product:
    return product_factory.create(sku="VASE", stocked=True, bom_lines=1)


@pytest.fixture
def shelf(vase: Product, inventory_transaction_factory: type[InventoryTransactionFactory]) -> Item:
    """Three vases in stock."""
    row = inventory_transaction_factory.create(item=vase.item, quantity=Decimal(3))
    item: Item = row.item
    return item


@pytest.fixture
def order(sales_order_factory: type[SalesOrderFactory], vase: Product) -> SalesOrder:
    """A pending order of five vases."""
    return sales_order_factory.create(code="SO-1", lines=[{"product": vase, "quantity": 5}])


async def made_for(client: AsyncClient, order: SalesOrder) -> list[tuple[Any, ...]]:
    """The product, pieces and state of each production order for a sales order."""
    found = await answer(client.get(MADE, params={"sales_order_id": order.id, "sort": "id"}))
    return [(made["product_id"], made["quantity_ordered"], made["status"]) for made in found]


async def available(client: AsyncClient, item: Item) -> Decimal:
    shown = await answer(client.get(f"/api/v1/items/{item.id}"))
    return Decimal(shown["available"])


async def test_confirming_reserves_what_is_there_and_makes_the_rest(
    planner_client: AsyncClient, order: SalesOrder, vase: Product, shelf: Item
) -> None:
    confirmed = await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    assert (confirmed["status"], confirmed["lines"][0]["reserved"]) == ("confirmed", "3.0000")
    assert await made_for(planner_client, order) == [(vase.id, 2, "draft")]
    assert await available(planner_client, shelf) == 0


async def test_an_order_that_is_all_in_stock_is_ready(
    planner_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    vase: Product,
    shelf: Item,
) -> None:
    order = sales_order_factory.create(lines=[{"product": vase, "quantity": 3}])

    confirmed = await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    assert confirmed["status"] == "ready"
    assert await made_for(planner_client, order) == []


async def test_parts_that_are_made_here_are_made_too(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    sales_order_factory: type[SalesOrderFactory],
    shelf: Item,
    vase: Product,
) -> None:
    pair = product_factory.create(
        stocked=True, bom_lines=[{"item": shelf, "quantity_per": Decimal(2)}]
    )
    order = sales_order_factory.create(lines=[{"product": pair, "quantity": 4}])

    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    assert await made_for(planner_client, order) == [(pair.id, 4, "draft"), (vase.id, 5, "draft")]
    assert await available(planner_client, shelf) == 0


async def test_a_product_that_was_never_stocked_gets_an_item_of_its_name(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    sales_order_factory: type[SalesOrderFactory],
) -> None:
    lamp = product_factory.create(sku="LAMP", name="Lamp")
    order = sales_order_factory.create(lines=[{"product": lamp}])

    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    (item,) = await answer(planner_client.get("/api/v1/items?q=LAMP"))
    assert (item["name"], item["item_type"], item["on_hand"]) == ("Lamp", "finished_good", "0")


async def test_an_item_that_has_the_products_sku_already_is_not_taken_for_it(
    planner_client: AsyncClient,
    item_factory: type[ItemFactory],
    product_factory: type[ProductFactory],
    sales_order_factory: type[SalesOrderFactory],
) -> None:
    item_factory.create(sku="LAMP")
    order = sales_order_factory.create(lines=[{"product": product_factory.create(sku="LAMP")}])

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    assert words.startswith("LAMP is not kept in stock, and an item has its SKU already")
    assert (await answer(planner_client.get(f"{ORDERS}/{order.id}")))["status"] == "pending"


async def test_an_empty_order_is_not_confirmed(
    planner_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    order = sales_order_factory.create(code="SO-1")

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    assert words == "SO-1 has no lines; add what is ordered before it is confirmed"


@pytest.mark.parametrize("action", ["confirm", "plan"])
async def test_what_is_made_of_itself_is_not_planned(
    planner_client: AsyncClient,
    order: SalesOrder,
    vase: Product,
    bom_line_factory: type[BOMLineFactory],
    action: str,
) -> None:
    if action == "plan":
        await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))
    bom_line_factory.create(product=vase, item=vase.item)

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/{action}"))

    assert "VASE > VASE" in words


async def test_planning_again_covers_what_came_in_or_was_withdrawn(
    planner_client: AsyncClient, order: SalesOrder, vase: Product, shelf: Item
) -> None:
    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))
    (made,) = await answer(planner_client.get(f"{MADE}?sales_order_id={order.id}"))
    await answer(planner_client.post(f"{MADE}/{made['id']}/cancel"))
    one_more = {"item_id": shelf.id, "transaction_type": "receive", "quantity": 1}
    await answer(planner_client.post("/api/v1/inventory-transactions", json=one_more), 201)

    planned = await answer(planner_client.post(f"{ORDERS}/{order.id}/plan"))
    again = await answer(planner_client.post(f"{ORDERS}/{order.id}/plan"))

    assert planned["lines"][0]["reserved"] == "4.0000"
    assert await made_for(planner_client, order) == [
        (vase.id, 2, "cancelled"),
        (vase.id, 1, "draft"),
    ]
    assert again == planned


async def test_cancelling_frees_the_stock_and_stops_production(
    planner_client: AsyncClient, order: SalesOrder, vase: Product, shelf: Item
) -> None:
    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))

    cancelled = await answer(planner_client.post(f"{ORDERS}/{order.id}/cancel"))

    assert (cancelled["status"], cancelled["lines"][0]["reserved"]) == ("cancelled", "0")
    assert await made_for(planner_client, order) == [(vase.id, 2, "cancelled")]
    assert await available(planner_client, shelf) == 3


async def test_closing_waives_what_was_not_shipped(
    planner_client: AsyncClient, order: SalesOrder, vase: Product, shelf: Item
) -> None:
    await answer(planner_client.post(f"{ORDERS}/{order.id}/confirm"))
    parcel = {"lines": [{"line_number": 1, "quantity": 2}]}
    await answer(planner_client.post(f"{ORDERS}/{order.id}/shipments", json=parcel), 201)

    closed = await answer(planner_client.post(f"{ORDERS}/{order.id}/close"))

    assert (closed["status"], closed["lines"][0]["quantity_shipped"]) == ("closed", 2)
    assert await made_for(planner_client, order) == [(vase.id, 2, "cancelled")]
    assert await available(planner_client, shelf) == 1


UNDER_WAY = "confirmed or in_production or ready or partly_shipped"


@pytest.mark.parametrize(
    "status,action,done,only",
    [
        ("confirmed", "confirm", "confirmed", "pending"),
        ("cancelled", "confirm", "confirmed", "pending"),
        ("pending", "plan", "planned", UNDER_WAY),
        ("shipped", "plan", "planned", UNDER_WAY),
        ("partly_shipped", "cancel", "cancelled", "pending or confirmed or in_production or ready"),
        ("shipped", "cancel", "cancelled", "pending or confirmed or in_production or ready"),
        ("pending", "close", "closed", "shipped or partly_shipped"),
        ("ready", "close", "closed", "shipped or partly_shipped"),
        ("closed", "close", "closed", "shipped or partly_shipped"),
    ],
)
async def test_an_action_that_does_not_go_with_the_state_is_refused(
    planner_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    status: str,
    action: str,
    done: str,
    only: str,
) -> None:
    order = sales_order_factory.create(code="SO-1", status=status)

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/{action}"))

    assert words == f"SO-1 is {status}; it can be {done} only while it is {only}"


@pytest.mark.parametrize("action", ["confirm", "plan", "cancel", "close"])
async def test_an_order_that_is_not_there_is_not_acted_on(
    planner_client: AsyncClient, action: str
) -> None:
    words = await refusal(planner_client.post(f"{ORDERS}/7/{action}"), 404)

    assert words == "no sales order has the id 7"
