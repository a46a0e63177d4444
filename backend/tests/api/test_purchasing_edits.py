"""Purchase orders are drafted and, until they are placed, edited."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Item, PurchaseOrder, Vendor
    from tests.factories import ItemFactory, PurchaseOrderFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/purchase-orders"
TODAY = date.today()


@pytest.fixture
def draft(purchase_order_factory: type[PurchaseOrderFactory]) -> PurchaseOrder:
    return purchase_order_factory.create(code="PUR-1", lines=2)


async def test_a_draft_is_priced_at_cost_and_expected_after_the_lead_time(
    planner_client: AsyncClient, vendor: Vendor, item_factory: type[ItemFactory]
) -> None:
    pla = item_factory.create(unit_cost=Decimal("0.0249"))
    body = {"vendor_id": vendor.id, "lines": [{"item_id": pla.id, "quantity": "750.5"}]}

    made = await answer(planner_client.post(ORDERS, json=body), 201)

    assert made["code"] == f"PUR-{TODAY.year}-0001"
    assert (made["status"], made["version"]) == ("draft", 1)
    assert (made["order_date"], made["expected_date"]) == (
        str(TODAY),
        str(TODAY + timedelta(days=vendor.lead_time_days)),
    )
    (line,) = made["lines"]
    assert (line["quantity"], line["quantity_received"]) == ("750.5000", "0.0000")
    assert (line["unit_cost"], line["total_cost"], made["total"]) == ("0.0249", "18.69", "18.69")
    assert await answer(planner_client.get(f"{ORDERS}/{made['id']}")) == made


async def test_a_draft_may_have_a_cost_and_a_day_of_its_own(
    planner_client: AsyncClient, vendor: Vendor, item: Item
) -> None:
    lines = [{"item_id": item.id, "quantity": 3, "unit_cost": 0}]
    body = {"vendor_id": vendor.id, "lines": lines, "expected_date": str(TODAY)}

    made = await answer(planner_client.post(ORDERS, json=body), 201)

    assert (made["total"], made["expected_date"]) == ("0.00", str(TODAY))


async def test_a_draft_may_begin_without_lines(planner_client: AsyncClient, vendor: Vendor) -> None:
    made = await answer(planner_client.post(ORDERS, json={"vendor_id": vendor.id}), 201)

    assert (made["lines"], made["total"]) == ([], "0.00")


@pytest.mark.parametrize(
    "changes,words",
    [
        ({"vendor_id": 2147483647}, "no vendor has the id 2147483647"),
        ({"lines": [{"item_id": 2147483647, "quantity": 1}]}, "no item has the id 2147483647"),
        ({"expected_date": "2026-01-01"}, "it cannot be expected on 2026-01-01"),
    ],
)
async def test_a_draft_that_makes_no_sense_is_refused_with_the_reason(
    planner_client: AsyncClient, vendor: Vendor, changes: dict[str, Any], words: str
) -> None:
    body = {"vendor_id": vendor.id} | changes

    assert words in await refusal(planner_client.post(ORDERS, json=body), 422)
    assert await answer(planner_client.get(ORDERS)) == []


@pytest.mark.parametrize(
    "body,field",
    [
        ({}, "vendor_id"),
        ({"vendor_id": True}, "vendor_id"),
        ({"vendor_id": 1, "expected_date": "9000-01-01"}, "expected_date"),
        ({"vendor_id": 1, "lines": [{"item_id": 1, "quantity": 0}]}, "quantity"),
        ({"vendor_id": 1, "lines": [{"item_id": 1, "quantity": "1e3"}]}, "quantity"),
        ({"vendor_id": 1, "lines": [{"item_id": 1, "quantity": "0.00001"}]}, "quantity"),
        ({"vendor_id": 1, "lines": [{"item_id": 1, "quantity": 100000000}]}, "quantity"),
        (
            {"vendor_id": 1, "lines": [{"item_id": 1, "quantity": 1, "unit_cost": "-1"}]},
            "unit_cost",
        ),
        ({"vendor_id": 1, "lines": [{"item_id": 1, "quantity": 1}] * 201}, "lines"),
        ({"vendor_id": 1, "status": "received"}, "status"),
    ],
)
async def test_a_draft_that_cannot_be_is_refused_by_its_field(
    planner_client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    assert await refused_fields(planner_client.post(ORDERS, json=body)) == {field}


async def test_lines_that_are_sent_replace_all_lines(
    planner_client: AsyncClient, draft: PurchaseOrder, item: Item
) -> None:
    edit = {"version": 1, "lines": [{"item_id": item.id, "quantity": "0.5", "unit_cost": "8.25"}]}

    edited = await answer(planner_client.patch(f"{ORDERS}/{draft.id}", json=edit))

    assert [(line["line_number"], line["quantity"]) for line in edited["lines"]] == [(1, "0.5000")]
    assert edited["lines"][0]["item"]["id"] == item.id
    assert (edited["total"], edited["version"]) == ("4.13", 2)


async def test_what_is_not_sent_stays(planner_client: AsyncClient, draft: PurchaseOrder) -> None:
    before = await answer(planner_client.get(f"{ORDERS}/{draft.id}"))
    day = str(TODAY + timedelta(days=90))
    edit = {"version": 1, "expected_date": day}

    await answer(planner_client.patch(f"{ORDERS}/{draft.id}", json=edit))

    after = await answer(planner_client.get(f"{ORDERS}/{draft.id}"))
    assert after == before | {"expected_date": day, "version": 2}


async def test_the_second_of_two_who_edit_at_once_is_told_so(
    planner_client: AsyncClient, draft: PurchaseOrder
) -> None:
    path = f"{ORDERS}/{draft.id}"
    await answer(planner_client.patch(path, json={"version": 1}))

    words = await refusal(planner_client.patch(path, json={"version": 1, "lines": []}))

    assert "version 1 was edited, 2 is the latest" in words
    assert len((await answer(planner_client.get(path)))["lines"]) == 2


@pytest.mark.parametrize("status", ["ordered", "partly_received", "received", "cancelled"])
async def test_only_a_draft_is_edited(
    planner_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory], status: str
) -> None:
    order = purchase_order_factory.create(code="PUR-1", status=status)

    words = await refusal(planner_client.patch(f"{ORDERS}/{order.id}", json={"version": 1}))

    assert words == f"PUR-1 is {status}; it can be edited only while it is draft"


async def test_an_order_that_is_not_there_is_not_edited(planner_client: AsyncClient) -> None:
    words = await refusal(planner_client.patch(f"{ORDERS}/7", json={"version": 1}), 404)

    assert words == "no purchase order has the id 7"


@pytest.mark.parametrize(
    "changes,words",
    [
        ({"expected_date": "2020-01-01"}, "it cannot be expected on 2020-01-01"),
        ({"lines": [{"item_id": 2147483647, "quantity": 1}]}, "no item has the id"),
    ],
)
async def test_an_edit_that_makes_no_sense_is_refused_whole(
    planner_client: AsyncClient, draft: PurchaseOrder, changes: dict[str, Any], words: str
) -> None:
    path = f"{ORDERS}/{draft.id}"
    before = await answer(planner_client.get(path))

    assert words in await refusal(planner_client.patch(path, json={"version": 1} | changes), 422)
    assert await answer(planner_client.get(path)) == before


@pytest.mark.parametrize(
    "edit,field",
    [
        ({}, "version"),
        ({"version": "1"}, "version"),
        ({"version": 1, "vendor_id": 1}, "vendor_id"),
        ({"version": 1, "lines": None}, "lines"),
        ({"version": 1, "expected_date": None}, "expected_date"),
    ],
)
async def test_an_edit_of_what_cannot_be_edited_is_refused_by_its_field(
    planner_client: AsyncClient, draft: PurchaseOrder, edit: dict[str, Any], field: str
) -> None:
    assert await refused_fields(planner_client.patch(f"{ORDERS}/{draft.id}", json=edit)) == {field}
