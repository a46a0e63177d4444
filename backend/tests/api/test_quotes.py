"""Quotes: shown, found, drafted and edited."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from app.models import Customer, Product
    from tests.factories import QuoteFactory, SalesOrderFactory

pytestmark = pytest.mark.api

QUOTES = "/api/v1/quotes"
TODAY = date.today()


async def test_a_quote_is_shown_whole(
    viewer_client: AsyncClient, quote_factory: type[QuoteFactory], product: Product
) -> None:
    line = {"product": product, "quantity": 3, "unit_price": Decimal("2.35")}
    quote = quote_factory.create(
        quote_date=date(2026, 3, 1), customer__name="Ada", lines=[line, line]
    )

    shown = await answer(viewer_client.get(f"{QUOTES}/{quote.id}"))

    shown_line = {
        "product": {"id": product.id, "sku": "PROD-0001", "name": "Test Product 1"},
        "quantity": 3,
        "unit_price": "2.35",
        "total_price": "7.05",
    }
    assert shown == {
        "id": quote.id,
        "code": "QUO-2026-0001",
        "status": "draft",
        "quote_date": "2026-03-01",
        "valid_until": "2026-03-31",
        "customer": {"id": quote.customer_id, "name": "Ada"},
        "lines": [{"line_number": 1} | shown_line, {"line_number": 2} | shown_line],
        "total": "14.10",
        "sales_order": None,
        "version": 1,
    }


async def test_a_quote_names_the_order_that_it_became(
    viewer_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    order = sales_order_factory.create(quoted=True, code="SO-1")

    shown = await answer(viewer_client.get(f"{QUOTES}/{order.quote_id}"))

    assert shown["sales_order"] == {"id": order.id, "code": "SO-1"}


async def test_a_quote_costs_as_many_statements_with_twenty_lines_as_with_one(
    viewer_client: AsyncClient,
    quote_factory: type[QuoteFactory],
    query_counter: Callable[[], int],
) -> None:
    counts = []
    for lines in (1, 20):
        quote = quote_factory.create(lines=lines)
        before = query_counter()
        shown = await answer(viewer_client.get(f"{QUOTES}/{quote.id}"))
        assert len(shown["lines"]) == lines
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"Q-1", "Q-2", "Q-3"}),
        ("status=sent", {"Q-2"}),
        ("status=sent&status=accepted", {"Q-2", "Q-3"}),
        ("customer_id={ada}", {"Q-1", "Q-2"}),
        ("customer_id={ada}&status=draft", {"Q-1"}),
        ("customer_id=2147483647", set()),
        ("q=q-3", {"Q-3"}),
        ("valid_until_from=2026-02-01", {"Q-2", "Q-3"}),
        ("valid_until_to=2026-02-01", {"Q-1", "Q-2"}),
        ("valid_until_from=2026-01-02&valid_until_to=2026-02-28", {"Q-2"}),
    ],
)
async def test_quotes_are_found_by_what_they_are(
    viewer_client: AsyncClient,
    quote_factory: type[QuoteFactory],
    customer: Customer,
    query: str,
    found: set[str],
) -> None:
    for number, status in ((1, "draft"), (2, "sent"), (3, "accepted")):
        quote_factory.create(
            code=f"Q-{number}",
            status=status,
            quote_date=date(2026, 1, 1),
            valid_until=date(2026, number, 1),
            **{"customer": customer} if number < 3 else {},
        )

    response = await viewer_client.get(f"{QUOTES}?{query.format(ada=customer.id)}")

    assert {quote["code"] for quote in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))


@pytest.mark.parametrize(
    "query,field",
    [
        ("status=lost", "0"),
        ("customer_id=0", "customer_id"),
        ("customer_id=ada", "customer_id"),
        ("valid_until_from=tomorrow", "valid_until_from"),
        ("valid_until_to=9999-12-31", "valid_until_to"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(
    viewer_client: AsyncClient, query: str, field: str
) -> None:
    assert await refused_fields(viewer_client.get(f"{QUOTES}?{query}")) == {field}


async def test_a_draft_is_offered_at_list_price_for_thirty_days(
    planner_client: AsyncClient, customer: Customer, product: Product
) -> None:
    lines = [{"product_id": product.id, "quantity": 2}]
    body = {"customer_id": customer.id, "lines": lines}

    made = await answer(planner_client.post(QUOTES, json=body), 201)

    assert made["code"] == f"QUO-{TODAY.year}-0001"
    assert (made["status"], made["version"]) == ("draft", 1)
    assert (made["quote_date"], made["valid_until"]) == (
        str(TODAY),
        str(TODAY + timedelta(days=30)),
    )
    assert [(line["unit_price"], line["total_price"]) for line in made["lines"]] == [
        ("99.99", "199.98")
    ]
    assert await answer(planner_client.get(f"{QUOTES}/{made['id']}")) == made


async def test_a_draft_may_have_a_price_and_a_term_of_its_own(
    planner_client: AsyncClient, customer: Customer, product: Product
) -> None:
    lines = [{"product_id": product.id, "quantity": 3, "unit_price": 19.9}]
    body = {"customer_id": customer.id, "lines": lines, "valid_until": str(TODAY)}

    made = await answer(planner_client.post(QUOTES, json=body), 201)

    assert (made["total"], made["valid_until"]) == ("59.70", str(TODAY))


async def test_a_draft_may_begin_without_lines(
    planner_client: AsyncClient, customer: Customer
) -> None:
    made = await answer(planner_client.post(QUOTES, json={"customer_id": customer.id}), 201)

    assert (made["lines"], made["total"]) == ([], "0.00")


@pytest.mark.parametrize(
    "changes,words",
    [
        ({"customer_id": 2147483647}, "no customer has the id 2147483647"),
        (
            {"lines": [{"product_id": 2147483647, "quantity": 1}]},
            "no product has the id 2147483647",
        ),
        ({"valid_until": "2026-01-01"}, "it cannot be valid until 2026-01-01"),
    ],
)
async def test_a_draft_that_makes_no_sense_is_refused_with_the_reason(
    planner_client: AsyncClient, customer: Customer, changes: dict[str, Any], words: str
) -> None:
    body = {"customer_id": customer.id} | changes

    assert words in await refusal(planner_client.post(QUOTES, json=body), 422)
    assert await answer(planner_client.get(QUOTES)) == []


@pytest.mark.parametrize(
    "line,field",
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1.5}, "quantity"),
        ({"quantity": "1"}, "quantity"),
        ({"quantity": 1_000_001}, "quantity"),
        ({"unit_price": -1}, "unit_price"),
        ({"unit_price": "0.001"}, "unit_price"),
        ({"unit_price": None}, "unit_price"),
        ({"product_id": 0}, "product_id"),
        ({"discount": 1}, "discount"),
    ],
)
async def test_a_line_that_cannot_be_is_refused_by_its_field(
    planner_client: AsyncClient,
    customer: Customer,
    product: Product,
    line: dict[str, Any],
    field: str,
) -> None:
    lines = [{"product_id": product.id, "quantity": 1} | line]
    body = {"customer_id": customer.id, "lines": lines}

    assert await refused_fields(planner_client.post(QUOTES, json=body)) == {field}


async def test_a_line_that_nobody_could_pay_is_refused(
    planner_client: AsyncClient, customer: Customer, product: Product
) -> None:
    line = {"product_id": product.id, "quantity": 1_000_000, "unit_price": "10000"}
    body = {"customer_id": customer.id, "lines": [line]}

    words = await refusal(planner_client.post(QUOTES, json=body), 422)

    assert "more than 9999999999.99" in words
