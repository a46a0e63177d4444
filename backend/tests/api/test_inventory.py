"""Movements of stock, entered by hand and shown."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item
    from tests.factories import (
        InventoryTransactionFactory,
        ItemFactory,
        ProductFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.api

MOVES = "/api/v1/inventory-transactions"


@pytest.fixture
def pla(
    item_factory: type[ItemFactory],
    inventory_transaction_factory: type[InventoryTransactionFactory],
) -> Item:
    """Filament, of which 100 g are in stock."""
    pla = item_factory.create(sku="PLA", filament=True)
    inventory_transaction_factory.create(item=pla, quantity=Decimal(100), reference="first")
    return pla


def movement(item: Item, kind: str, quantity: Any, **values: Any) -> dict[str, Any]:
    """The body of a movement."""
    return {"item_id": item.id, "transaction_type": kind, "quantity": quantity} | values


@pytest.mark.parametrize(
    "kind,quantity,signed,left",
    [
        ("receive", "2.5", "2.5000", "102.5000"),
        ("return", 1, "1.0000", "101.0000"),
        ("issue", 0.0001, "-0.0001", "99.9999"),
        ("scrap", "100", "-100.0000", "0.0000"),
        ("adjust", "-3", "-3.0000", "97.0000"),
        ("adjust", "3", "3.0000", "103.0000"),
    ],
)
async def test_a_movement_has_the_sign_of_its_kind(
    operator_client: AsyncClient, pla: Item, kind: str, quantity: Any, signed: str, left: str
) -> None:
    body = movement(pla, kind, quantity, reference="count", notes="shelf 3\nbox 2")

    moved = await answer(operator_client.post(MOVES, json=body), 201)

    assert moved == {
        "id": moved["id"],
        "item_id": pla.id,
        "transaction_type": kind,
        "quantity": signed,
        "reference": "count",
        "notes": "shelf 3\nbox 2",
        "created_at": moved["created_at"],
    }
    assert await answer(operator_client.get(f"{MOVES}/{moved['id']}")) == moved
    assert (await answer(operator_client.get(f"/api/v1/items/{pla.id}")))["on_hand"] == left


async def test_a_movement_needs_no_reference(operator_client: AsyncClient, pla: Item) -> None:
    moved = await answer(operator_client.post(MOVES, json=movement(pla, "receive", 1)), 201)

    assert (moved["reference"], moved["notes"]) == (None, None)


@pytest.mark.parametrize(
    "kind,quantity", [("issue", "100.0001"), ("scrap", 101), ("adjust", "-100.5")]
)
async def test_no_more_is_taken_than_is_there(
    operator_client: AsyncClient, pla: Item, kind: str, quantity: Any
) -> None:
    words = await refusal(operator_client.post(MOVES, json=movement(pla, kind, quantity)))

    asked = str(quantity).removeprefix("-")
    assert words == (f"PLA: {asked} g asked for, 100 available (100 on hand, 0 reserved)")
    assert len(await answer(operator_client.get(MOVES))) == 1


async def test_what_is_promised_is_not_taken(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    sales_order_factory: type[SalesOrderFactory],
    pla: Item,
) -> None:
    spool = product_factory.create(item=pla)
    order = sales_order_factory.create(lines=[{"product": spool, "quantity": 60}])
    await answer(planner_client.post(f"/api/v1/sales-orders/{order.id}/confirm"))

    words = await refusal(planner_client.post(MOVES, json=movement(pla, "issue", 41)))

    assert words == "PLA: 41 g asked for, 40 available (100 on hand, 60 reserved)"


@pytest.mark.parametrize("kind", ["receive", "return", "issue", "scrap"])
async def test_only_an_adjustment_is_signed(
    operator_client: AsyncClient, pla: Item, kind: str
) -> None:
    words = await refusal(operator_client.post(MOVES, json=movement(pla, kind, -1)), 422)

    assert words == f"the quantity of a movement of type {kind} must be positive"


async def test_only_items_move(operator_client: AsyncClient) -> None:
    body = {"item_id": 2147483647, "transaction_type": "receive", "quantity": 1}

    words = await refusal(operator_client.post(MOVES, json=body), 422)

    assert words == "no item has the id 2147483647"


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": "0.00001"}, "quantity"),
        ({"quantity": "100000000"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"quantity": None}, "quantity"),
        ({"transaction_type": "ship"}, "transaction_type"),
        ({"transaction_type": "steal"}, "transaction_type"),
        ({"item_id": 2147483648}, "item_id"),
        ({"reference": "x" * 81}, "reference"),
        ({"notes": "\0"}, "notes"),
        ({"created_at": "2020-01-01"}, "created_at"),
    ],
)
async def test_a_movement_that_cannot_be_is_refused_by_its_field(
    operator_client: AsyncClient, pla: Item, changes: dict[str, Any], field: str
) -> None:
    body = movement(pla, "receive", 1) | changes

    assert await refused_fields(operator_client.post(MOVES, json=body)) == {field}


async def test_the_latest_movement_comes_first(
    viewer_client: AsyncClient, inventory_transaction_factory: type[InventoryTransactionFactory]
) -> None:
    moved = inventory_transaction_factory.create_batch(3)

    shown = await answer(viewer_client.get(MOVES))

    assert [row["id"] for row in shown] == [row.id for row in reversed(moved)]


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"first", "PO-1", "PO-12"}),
        ("item_id={pla}", {"first", "PO-1"}),
        ("item_id=2147483647", set()),
        ("transaction_type=issue", {"PO-1"}),
        ("transaction_type=issue&transaction_type=return", {"PO-1", "PO-12"}),
        ("reference=PO-1", {"PO-1"}),
        ("q=po-1", {"PO-1", "PO-12"}),
        ("q=leftover", {"PO-12"}),
    ],
)
async def test_movements_are_found_by_what_they_are(
    viewer_client: AsyncClient,
    inventory_transaction_factory: type[InventoryTransactionFactory],
    pla: Item,
    query: str,
    found: set[str],
) -> None:
    inventory_transaction_factory.create(
        item=pla, transaction_type="issue", quantity=Decimal(-1), reference="PO-1"
    )
    inventory_transaction_factory.create(
        transaction_type="return", reference="PO-12", notes="a leftover spool"
    )

    response = await viewer_client.get(f"{MOVES}?{query.format(pla=pla.id)}")

    assert {row["reference"] for row in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))


@pytest.mark.parametrize(
    "query,field",
    [("item_id=0", "item_id"), ("transaction_type=steal", "0"), ("reference=", "reference")],
)
async def test_a_filter_that_means_nothing_is_refused(
    viewer_client: AsyncClient, query: str, field: str
) -> None:
    assert await refused_fields(viewer_client.get(f"{MOVES}?{query}")) == {field}


async def test_a_movement_that_is_not_there_is_not_shown(viewer_client: AsyncClient) -> None:
    words = await refusal(viewer_client.get(f"{MOVES}/7"), 404)

    assert words == "no inventory transaction has the id 7"
