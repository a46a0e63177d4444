"""Sales orders are taken and, while they are pending, edited."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Customer, Product, SalesOrder
    from tests.factories import SalesOrderFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/sales-orders"
TODAY = date.today()


@pytest.fixture
def pending(sales_order_factory: type[SalesOrderFactory]) -> SalesOrder:
    return sales_order_factory.create(code="SO-1", lines=2)


async def test_an_order_is_taken_at_list_price_for_next_week(
    planner_client: AsyncClient, customer: Customer, product: Product
) -> None:
    lines = [{"product_id": product.id, "quantity": 2}]
    body = {"customer_id": customer.id, "lines": lines}

    taken = await answer(planner_client.post(ORDERS, json=body), 201)

    assert taken["code"] == f"SO-{TODAY.year}-0001"
    assert (taken["status"], taken["quote_id"], taken["version"]) == ("pending", None, 1)
    assert (taken["order_date"], taken["ship_date"]) == (str(TODAY), str(TODAY + timedelta(days=7)))
    assert taken["lines"][0]["total_price"] == taken["total"] == "199.98"
    assert await answer(planner_client.get(f"{ORDERS}/{taken['id']}")) == taken


async def test_the_next_order_has_the_next_number(
    planner_client: AsyncClient,
    sales_order_factory: type[SalesOrderFactory],
    customer: Customer,
) -> None:
    sales_order_factory.create(code=f"SO-{TODAY.year}-0041")

    taken = await answer(planner_client.post(ORDERS, json={"customer_id": customer.id}), 201)

    assert taken["code"] == f"SO-{TODAY.year}-0042"


async def test_an_order_may_have_prices_and_a_day_of_its_own(
    planner_client: AsyncClient, customer: Customer, product: Product
) -> None:
    lines = [{"product_id": product.id, "quantity": 3, "unit_price": "0"}]
    body = {"customer_id": customer.id, "lines": lines, "ship_date": str(TODAY)}

    taken = await answer(planner_client.post(ORDERS, json=body), 201)

    assert (taken["total"], taken["ship_date"]) == ("0.00", str(TODAY))


@pytest.mark.parametrize(
    "changes,words",
    [
        ({"customer_id": 2147483647}, "no customer has the id 2147483647"),
        (
            {"lines": [{"product_id": 2147483647, "quantity": 1}]},
            "no product has the id 2147483647",
        ),
        ({"ship_date": "2026-01-01"}, "it cannot be shipped on 2026-01-01"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_with_the_reason(
    planner_client: AsyncClient, customer: Customer, changes: dict[str, Any], words: str
) -> None:
    body = {"customer_id": customer.id} | changes

    assert words in await refusal(planner_client.post(ORDERS, json=body), 422)
    assert await answer(planner_client.get(ORDERS)) == []


async def test_a_line_that_nobody_could_pay_is_refused(
    planner_client: AsyncClient, customer: Customer, product: Product
) -> None:
    lines = [{"product_id": product.id, "quantity": 1_000_000, "unit_price": "9999.99"}]
    body = {"customer_id": customer.id, "lines": lines}

    taken = await answer(planner_client.post(ORDERS, json=body), 201)
    lines[0]["unit_price"] = "10000.00"
    words = await refusal(planner_client.post(ORDERS, json=body), 422)

    assert taken["total"] == "9999990000.00"
    assert words == "line 1 comes to more than 9999999999.99; part it"


@pytest.mark.parametrize(
    "body,field",
    [
        ({}, "customer_id"),
        ({"customer_id": "1"}, "customer_id"),
        ({"customer_id": 1, "code": "SO-1"}, "code"),
        ({"customer_id": 1, "ship_date": "soon"}, "ship_date"),
        ({"customer_id": 1, "ship_date": "9000-01-01"}, "ship_date"),
        ({"customer_id": 1, "lines": [{"product_id": 1, "quantity": 1}] * 201}, "lines"),
        ({"customer_id": 1, "lines": [{"product_id": 1, "quantity": -1}]}, "quantity"),
    ],
)
async def test_an_order_that_cannot_be_is_refused_by_its_field(
    planner_client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    assert await refused_fields(planner_client.post(ORDERS, json=body)) == {field}


async def test_a_pending_order_gets_other_lines(
    planner_client: AsyncClient, pending: SalesOrder, product: Product
) -> None:
    lines = [{"product_id": product.id, "quantity": 4, "unit_price": "10"}]

    edited = await answer(
        planner_client.patch(f"{ORDERS}/{pending.id}", json={"version": 1, "lines": lines})
    )

    assert [(line["line_number"], line["total_price"]) for line in edited["lines"]] == [
        (1, "40.00")
    ]
    assert (edited["total"], edited["version"]) == ("40.00", 2)


async def test_what_is_not_sent_stays(planner_client: AsyncClient, pending: SalesOrder) -> None:
    before = await answer(planner_client.get(f"{ORDERS}/{pending.id}"))
    day = str(TODAY + timedelta(days=90))

    await answer(
        planner_client.patch(f"{ORDERS}/{pending.id}", json={"version": 1, "ship_date": day})
    )

    after = await answer(planner_client.get(f"{ORDERS}/{pending.id}"))
    assert after == before | {"ship_date": day, "version": 2}


async def test_the_second_of_two_who_edit_at_once_is_told_so(
    planner_client: AsyncClient, pending: SalesOrder
) -> None:
    await answer(planner_client.patch(f"{ORDERS}/{pending.id}", json={"version": 1}))

    words = await refusal(
        planner_client.patch(f"{ORDERS}/{pending.id}", json={"version": 1, "lines": []})
    )

    assert "version 1 was edited, 2 is the latest" in words
    assert len((await answer(planner_client.get(f"{ORDERS}/{pending.id}")))["lines"]) == 2


@pytest.mark.parametrize(
    "status",
    ["confirmed", "in_production", "ready", "partly_shipped", "shipped", "closed", "cancelled"],
)
async def test_only_a_pending_order_is_edited(
    planner_client: AsyncClient, sales_order_factory: type[SalesOrderFactory], status: str
) -> None:
    order = sales_order_factory.create(code="SO-1", status=status)

    words = await refusal(planner_client.patch(f"{ORDERS}/{order.id}", json={"version": 1}))

    assert words == f"SO-1 is {status}; it can be edited only while it is pending"


async def test_an_order_that_is_not_there_is_not_edited(planner_client: AsyncClient) -> None:
    words = await refusal(planner_client.patch(f"{ORDERS}/7", json={"version": 1}), 404)

    assert words == "no sales order has the id 7"


@pytest.mark.parametrize(
    "changes,words",
    [
        ({"ship_date": "2020-01-01"}, "it cannot be shipped on 2020-01-01"),
        ({"lines": [{"product_id": 2147483647, "quantity": 1}]}, "no product has the id"),
    ],
)
async def test_an_edit_that_makes_no_sense_is_refused_whole(
    planner_client: AsyncClient, pending: SalesOrder, changes: dict[str, Any], words: str
) -> None:
    path = f"{ORDERS}/{pending.id}"
    before = await answer(planner_client.get(path))

    assert words in await refusal(planner_client.patch(path, json={"version": 1} | changes), 422)
    assert await answer(planner_client.get(path)) == before


@pytest.mark.parametrize(
    "edit,field",
    [
        ({}, "version"),
        ({"version": 1, "customer_id": 1}, "customer_id"),
        ({"version": 1, "status": "shipped"}, "status"),
        ({"version": 1, "lines": None}, "lines"),
    ],
)
async def test_an_edit_of_what_cannot_be_edited_is_refused_by_its_field(
    planner_client: AsyncClient, pending: SalesOrder, edit: dict[str, Any], field: str
) -> None:
    assert await refused_fields(planner_client.patch(f"{ORDERS}/{pending.id}", json=edit)) == {
        field
    }
