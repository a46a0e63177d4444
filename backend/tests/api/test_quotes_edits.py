"""Drafts of quotes are edited; what was sent is not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Product, Quote
    from tests.factories import QuoteFactory

pytestmark = pytest.mark.api

QUOTES = "/api/v1/quotes"
TODAY = date.today()


@pytest.fixture
def draft(quote_factory: type[QuoteFactory]) -> Quote:
    return quote_factory.create(code="QUO-1", lines=2)


async def test_lines_that_are_sent_replace_all_lines(
    planner_client: AsyncClient, draft: Quote, product: Product
) -> None:
    edit = {"version": 1, "lines": [{"product_id": product.id, "quantity": 7}]}

    edited = await answer(planner_client.patch(f"{QUOTES}/{draft.id}", json=edit))

    assert [(line["line_number"], line["quantity"]) for line in edited["lines"]] == [(1, 7)]
    assert edited["lines"][0]["product"]["id"] == product.id
    assert edited["version"] == 2


async def test_what_is_not_sent_stays(planner_client: AsyncClient, draft: Quote) -> None:
    before = await answer(planner_client.get(f"{QUOTES}/{draft.id}"))
    until = str(TODAY + timedelta(days=90))

    await answer(
        planner_client.patch(f"{QUOTES}/{draft.id}", json={"version": 1, "valid_until": until})
    )

    after = await answer(planner_client.get(f"{QUOTES}/{draft.id}"))
    assert after == before | {"valid_until": until, "version": 2}


async def test_all_lines_can_be_taken_off(planner_client: AsyncClient, draft: Quote) -> None:
    edit = {"version": 1, "lines": []}

    edited = await answer(planner_client.patch(f"{QUOTES}/{draft.id}", json=edit))

    assert edited["lines"] == []


async def test_the_second_of_two_who_edit_at_once_is_told_so(
    planner_client: AsyncClient, draft: Quote
) -> None:
    await answer(planner_client.patch(f"{QUOTES}/{draft.id}", json={"version": 1}))

    words = await refusal(
        planner_client.patch(f"{QUOTES}/{draft.id}", json={"version": 1, "lines": []})
    )

    assert "version 1 was edited, 2 is the latest" in words
    assert len((await answer(planner_client.get(f"{QUOTES}/{draft.id}")))["lines"]) == 2


@pytest.mark.parametrize("status", ["sent", "accepted", "declined", "expired"])
async def test_only_a_draft_is_edited(
    planner_client: AsyncClient, quote_factory: type[QuoteFactory], status: str
) -> None:
    quote = quote_factory.create(code="QUO-1", status=status, lines=1)

    words = await refusal(planner_client.patch(f"{QUOTES}/{quote.id}", json={"version": 1}))

    assert words == f"QUO-1 is {status}; it can be edited only while it is draft"


@pytest.mark.parametrize(
    "changes,words",
    [
        ({"valid_until": "2020-01-01"}, "it cannot be valid until 2020-01-01"),
        (
            {"lines": [{"product_id": 2147483647, "quantity": 1}]},
            "no product has the id 2147483647",
        ),
    ],
)
async def test_an_edit_that_makes_no_sense_is_refused_whole(
    planner_client: AsyncClient, draft: Quote, changes: dict[str, Any], words: str
) -> None:
    path = f"{QUOTES}/{draft.id}"
    before = await answer(planner_client.get(path))

    assert words in await refusal(planner_client.patch(path, json={"version": 1} | changes), 422)
    assert await answer(planner_client.get(path)) == before


@pytest.mark.parametrize(
    "edit,field",
    [
        ({}, "version"),
        ({"version": 0}, "version"),
        ({"version": 1, "customer_id": 1}, "customer_id"),
        ({"version": 1, "status": "accepted"}, "status"),
        ({"version": 1, "lines": None}, "lines"),
        ({"version": 1, "valid_until": None}, "valid_until"),
        ({"version": 1, "valid_until": "0001-01-01"}, "valid_until"),
    ],
)
async def test_an_edit_of_what_cannot_be_edited_is_refused_by_its_field(
    planner_client: AsyncClient, draft: Quote, edit: dict[str, Any], field: str
) -> None:
    assert await refused_fields(planner_client.patch(f"{QUOTES}/{draft.id}", json=edit)) == {field}
