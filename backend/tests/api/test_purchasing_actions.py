"""Purchase orders are placed, received in parts, and cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, PurchaseOrder
    from tests.factories import ItemFactory, PurchaseOrderFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/purchase-orders"
TODAY = date.today()


@pytest.fixture
def pla(item_factory: type[ItemFactory]) -> Item:
    return item_factory.create(sku="PLA", filament=True)


@pytest.fixture
def draft(
    purchase_order_factory: type[PurchaseOrderFactory],
    item_factory: type[ItemFactory],
    pla: Item,
) -> PurchaseOrder:
    """A draft of ten days ago: 750.5 g of filament and two boxes."""
    lines = [
        {"item": pla, "quantity": Decimal("750.5"), "quantity_received": Decimal(0)},
        {"item": item_factory.create(sku="BOX"), "quantity": 2, "quantity_received": Decimal(0)},
    ]
    ten_days_ago = TODAY - timedelta(days=10)
    return purchase_order_factory.create(code="PUR-1", order_date=ten_days_ago, lines=lines)


@pytest.fixture
async def placed(planner_client: AsyncClient, draft: PurchaseOrder) -> str:
    """The path of the order, placed."""
    await answer(planner_client.post(f"{ORDERS}/{draft.id}/place"))
    return f"{ORDERS}/{draft.id}"


def receipt(**quantities: Any) -> dict[str, Any]:
    """The body of a receipt: `receipt(line1="2.5")`."""
    lines = quantities.items()
    return {"lines": [{"line_number": int(n[4:]), "quantity": amount} for n, amount in lines]}


async def on_hand(client: AsyncClient, item: Item) -> Decimal:
    shown = await answer(client.get(f"/api/v1/items/{item.id}"))
    return Decimal(shown["on_hand"])


@pytest.mark.parametrize(
    "body,days", [(None, 3), ({}, 3), ({"expected_date": str(TODAY + timedelta(days=9))}, 9)]
)
async def test_a_draft_is_placed_today_and_expected_when_the_vendor_says(
    planner_client: AsyncClient, draft: PurchaseOrder, body: dict[str, str] | None, days: int
) -> None:
    placed = await answer(planner_client.post(f"{ORDERS}/{draft.id}/place", json=body))

    assert (placed["status"], placed["order_date"]) == ("ordered", str(TODAY))
    assert placed["expected_date"] == str(TODAY + timedelta(days=days))


async def test_what_is_ordered_is_not_expected_yesterday(
    planner_client: AsyncClient, draft: PurchaseOrder
) -> None:
    path = f"{ORDERS}/{draft.id}"
    yesterday = str(TODAY - timedelta(days=1))

    words = await refusal(
        planner_client.post(f"{path}/place", json={"expected_date": yesterday}), 422
    )

    assert f"it cannot be expected on {yesterday}" in words
    assert (await answer(planner_client.get(path)))["status"] == "draft"


async def test_an_empty_draft_is_not_placed(
    planner_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    order = purchase_order_factory.create(code="PUR-1")

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/place"))

    assert words == "PUR-1 has no lines; add what is to be bought first"


async def test_goods_come_in_parts_until_nothing_is_owed(
    operator_client: AsyncClient, placed: str, pla: Item
) -> None:
    partly = await answer(operator_client.post(f"{placed}/receipts", json=receipt(line1="0.5")))
    wholly = await answer(
        operator_client.post(f"{placed}/receipts", json=receipt(line1=750, line2=2))
    )

    assert partly["status"] == "partly_received"
    assert [line["quantity_received"] for line in partly["lines"]] == ["0.5000", "0.0000"]
    assert wholly["status"] == "received"
    assert [line["quantity_received"] for line in wholly["lines"]] == ["750.5000", "2.0000"]
    assert await on_hand(operator_client, pla) == Decimal("750.5")


async def test_each_receipt_is_a_movement_with_the_order_as_reference(
    operator_client: AsyncClient, placed: str, pla: Item
) -> None:
    await answer(operator_client.post(f"{placed}/receipts", json=receipt(line1="0.5")))

    query = {"reference": "PUR-1"}
    (row,) = await answer(operator_client.get("/api/v1/inventory-transactions", params=query))
    assert (row["item_id"], row["transaction_type"], row["quantity"]) == (
        pla.id,
        "receive",
        "0.5000",
    )


async def test_a_line_that_is_named_twice_is_received_twice(
    operator_client: AsyncClient, placed: str, pla: Item
) -> None:
    twice = {"lines": [*receipt(line1=1)["lines"], *receipt(line1="2.5")["lines"]]}

    received = await answer(operator_client.post(f"{placed}/receipts", json=twice))

    assert received["lines"][0]["quantity_received"] == "3.5000"
    assert await on_hand(operator_client, pla) == Decimal("3.5")


@pytest.mark.parametrize(
    "body,status,words",
    [
        (receipt(line1="750.5001"), 409, "line 1 of PUR-1 has 750.5 g open, not 750.5001"),
        (receipt(line1=1, line2=3), 409, "line 2 of PUR-1 has 2 ea open, not 3"),
        (receipt(line1=1, line7=1), 422, "PUR-1 has no line 7"),
    ],
)
async def test_what_was_not_ordered_is_not_received(
    operator_client: AsyncClient, placed: str, pla: Item, body: Any, status: int, words: str
) -> None:
    assert words in await refusal(operator_client.post(f"{placed}/receipts", json=body), status)

    shown = await answer(operator_client.get(placed))
    assert [line["quantity_received"] for line in shown["lines"]] == ["0.0000", "0.0000"]
    assert await on_hand(operator_client, pla) == 0


async def test_what_has_come_stays_when_the_rest_is_cancelled(
    planner_client: AsyncClient, placed: str, pla: Item
) -> None:
    await answer(planner_client.post(f"{placed}/receipts", json=receipt(line1=10)))

    cancelled = await answer(planner_client.post(f"{placed}/cancel"))

    assert cancelled["status"] == "cancelled"
    assert cancelled["lines"][0]["quantity_received"] == "10.0000"
    assert await on_hand(planner_client, pla) == 10


OPEN = "ordered or partly_received"


@pytest.mark.parametrize(
    "status,action,body,done,only",
    [
        ("ordered", "place", None, "ordered", "draft"),
        ("draft", "receipts", receipt(line1=1), "received", OPEN),
        ("received", "receipts", receipt(line1=1), "received", OPEN),
        ("received", "cancel", None, "cancelled", f"draft or {OPEN}"),
        ("cancelled", "cancel", None, "cancelled", f"draft or {OPEN}"),
    ],
)
async def test_an_action_that_does_not_go_with_the_state_is_refused(
    planner_client: AsyncClient,
    purchase_order_factory: type[PurchaseOrderFactory],
    status: str,
    action: str,
    body: Any,
    done: str,
    only: str,
) -> None:
    order = purchase_order_factory.create(code="PUR-1", status=status)

    words = await refusal(planner_client.post(f"{ORDERS}/{order.id}/{action}", json=body))

    assert words == f"PUR-1 is {status}; it can be {done} only while it is {only}"


@pytest.mark.parametrize(
    "action,body", [("place", None), ("receipts", receipt(line1=1)), ("cancel", None)]
)
async def test_an_order_that_is_not_there_is_not_acted_on(
    planner_client: AsyncClient, action: str, body: Any
) -> None:
    words = await refusal(planner_client.post(f"{ORDERS}/7/{action}", json=body), 404)

    assert words == "no purchase order has the id 7"


@pytest.mark.parametrize(
    "action,body,field",
    [
        ("place", {"expected_date": None}, "expected_date"),
        ("place", {"order_date": "2026-01-01"}, "order_date"),
        ("receipts", None, "body"),
        ("receipts", {}, "lines"),
        ("receipts", {"lines": []}, "lines"),
        ("receipts", receipt(line1=0), "quantity"),
        ("receipts", receipt(line1="-1"), "quantity"),
        ("receipts", receipt(line0=1), "line_number"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(
    planner_client: AsyncClient, action: str, body: Any, field: str
) -> None:
    assert await refused_fields(planner_client.post(f"{ORDERS}/7/{action}", json=body)) == {field}
