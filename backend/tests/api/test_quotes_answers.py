"""Quotes are sent, answered, and become sales orders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from app.models import Quote
    from tests.factories import QuoteFactory

pytestmark = pytest.mark.api

QUOTES = "/api/v1/quotes"
TODAY = date.today()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def make_quote(quote_factory: type[QuoteFactory]) -> Callable[..., Quote]:
    """Called with columns, it makes a quote of a month ago with one line."""

    def make(**columns: Any) -> Quote:
        a_month_ago = {"quote_date": TODAY - timedelta(days=30), "lines": 1, "code": "QUO-1"}
        return quote_factory.create(**a_month_ago | {"valid_until": TODAY} | columns)

    return make


@pytest.mark.parametrize(
    "before,action,after",
    [
        ("draft", "send", "sent"),
        ("sent", "accept", "accepted"),
        ("sent", "decline", "declined"),
    ],
)
async def test_a_quote_moves_on_until_its_last_day(
    planner_client: AsyncClient,
    make_quote: Callable[..., Quote],
    before: str,
    action: str,
    after: str,
) -> None:
    quote = make_quote(status=before)

    answered = await answer(planner_client.post(f"{QUOTES}/{quote.id}/{action}"))

    assert answered["status"] == after
    assert answered == await answer(planner_client.get(f"{QUOTES}/{quote.id}"))


@pytest.mark.parametrize(
    "status,action,done,only",
    [
        ("sent", "send", "sent", "draft"),
        ("draft", "accept", "accepted", "sent"),
        ("expired", "accept", "accepted", "sent"),
        ("accepted", "decline", "declined", "sent"),
        ("sent", "convert", "converted", "accepted"),
        ("declined", "convert", "converted", "accepted"),
    ],
)
async def test_no_step_is_left_out_or_taken_twice(
    planner_client: AsyncClient,
    make_quote: Callable[..., Quote],
    status: str,
    action: str,
    done: str,
    only: str,
) -> None:
    quote = make_quote(status=status)

    words = await refusal(planner_client.post(f"{QUOTES}/{quote.id}/{action}"))

    assert words == f"QUO-1 is {status}; it can be {done} only while it is {only}"


@pytest.mark.parametrize("action", ["send", "accept", "decline", "convert"])
async def test_a_quote_that_is_not_there_has_no_answer(
    planner_client: AsyncClient, action: str
) -> None:
    words = await refusal(planner_client.post(f"{QUOTES}/7/{action}"), 404)

    assert words == "no quote has the id 7"


async def test_an_empty_quote_is_not_sent(
    planner_client: AsyncClient, make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(lines=0)

    words = await refusal(planner_client.post(f"{QUOTES}/{quote.id}/send"))

    assert words == "QUO-1 has no lines; add what is offered before it is sent"


@pytest.mark.parametrize("status,action", [("draft", "send"), ("sent", "accept")])
async def test_a_quote_whose_time_is_over_is_neither_sent_nor_accepted(
    planner_client: AsyncClient, make_quote: Callable[..., Quote], status: str, action: str
) -> None:
    quote = make_quote(status=status, valid_until=YESTERDAY)

    words = await refusal(planner_client.post(f"{QUOTES}/{quote.id}/{action}"))

    assert f"QUO-1 was good until {YESTERDAY}" in words
    assert (await answer(planner_client.get(f"{QUOTES}/{quote.id}")))["status"] == status


async def test_a_late_refusal_is_taken(
    planner_client: AsyncClient, make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(status="sent", valid_until=YESTERDAY)

    answered = await answer(planner_client.post(f"{QUOTES}/{quote.id}/decline"))

    assert answered["status"] == "declined"


async def test_sent_quotes_whose_time_is_over_expire_together(
    planner_client: AsyncClient, make_quote: Callable[..., Quote]
) -> None:
    for code in ("late-1", "late-2"):
        make_quote(code=code, status="sent", valid_until=YESTERDAY)
    make_quote(code="in time", status="sent")
    make_quote(code="draft", status="draft", valid_until=YESTERDAY)
    make_quote(code="accepted", status="accepted", valid_until=YESTERDAY)

    expired = await answer(planner_client.post(f"{QUOTES}/expire"))

    assert [(quote["code"], quote["status"]) for quote in expired] == [
        ("late-1", "expired"),
        ("late-2", "expired"),
    ]
    shown = await answer(planner_client.get(f"{QUOTES}?status=expired"))
    assert {quote["code"] for quote in shown} == {"late-1", "late-2"}
    assert await answer(planner_client.post(f"{QUOTES}/expire")) == []


async def test_an_accepted_quote_becomes_a_pending_order_at_the_prices_quoted(
    planner_client: AsyncClient, make_quote: Callable[..., Quote]
) -> None:
    lines = [{"quantity": 2, "unit_price": Decimal("12.5")}, {"quantity": 1}]
    quote = make_quote(status="accepted", lines=lines)

    order = await answer(planner_client.post(f"{QUOTES}/{quote.id}/convert"), 201)

    assert order["code"] == f"SO-{TODAY.year}-0001"
    assert (order["status"], order["quote_id"]) == ("pending", quote.id)
    assert order["customer"]["id"] == quote.customer_id
    assert [(line["quantity"], line["total_price"]) for line in order["lines"]] == [
        (2, "25.00"),
        (1, "99.99"),
    ]
    assert order["total"] == "124.99"
    assert order["ship_date"] == str(TODAY + timedelta(days=7))
    assert await answer(planner_client.get(f"/api/v1/sales-orders/{order['id']}")) == order


async def test_an_order_is_promised_for_the_day_agreed(
    planner_client: AsyncClient, make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(status="accepted")
    day = str(TODAY + timedelta(days=40))

    order = await answer(
        planner_client.post(f"{QUOTES}/{quote.id}/convert", json={"ship_date": day}), 201
    )

    assert order["ship_date"] == day


async def test_an_order_is_not_promised_for_a_day_that_is_over(
    planner_client: AsyncClient, make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(status="accepted")
    body = {"ship_date": str(YESTERDAY)}

    words = await refusal(planner_client.post(f"{QUOTES}/{quote.id}/convert", json=body), 422)

    assert f"it cannot be shipped on {YESTERDAY}" in words


async def test_a_quote_becomes_an_order_only_once(
    planner_client: AsyncClient, make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(status="accepted")
    order = await answer(planner_client.post(f"{QUOTES}/{quote.id}/convert"), 201)

    words = await refusal(planner_client.post(f"{QUOTES}/{quote.id}/convert"))

    assert words == f"QUO-1 became {order['code']} already"
    assert len(await answer(planner_client.get("/api/v1/sales-orders"))) == 1
