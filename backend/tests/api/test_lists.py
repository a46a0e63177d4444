"""What holds for every list: it begins empty, comes in pages, and costs the same at any length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from app.main import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx import AsyncClient, Response

    from factoryfloor import ModelFactory
    from tests.factories import ItemFactory

pytestmark = pytest.mark.api

LISTS = {
    "customers": ("customer_factory", {"with_orders": True}),
    "vendors": ("vendor_factory", {}),
    "items": ("item_factory", {"with_stock": True}),
    "products": ("product_factory", {"with_two_level_bom": True}),
    "printers": ("printer_factory", {"printing": True}),
    "sales-orders": ("sales_order_factory", {"confirmed": True}),
    "purchase-orders": ("purchase_order_factory", {"ordered": True}),
    "production-orders": ("production_order_factory", {"made_to_order": True}),
    "quotes": ("quote_factory", {"sent": True}),
    "shipments": ("shipment_factory", {}),
    "inventory-transactions": ("inventory_transaction_factory", {}),
    "stock": ("item_factory", {"with_stock": True}),
    "reservations": ("reservation_factory", {}),
}
every_list = pytest.mark.parametrize("path", LISTS)


def sort_names() -> Iterator[tuple[str, str]]:
    """Each list with each name that its description lets it be sorted by."""
    for path in LISTS:
        parameters = app.openapi()["paths"][f"/api/v1/{path}"]["get"]["parameters"]
        (sort,) = (each["schema"] for each in parameters if each["name"] == "sort")
        for name in re.search(r"\(([a-z_|]+)\)", sort["pattern"])[1].split("|"):  # type: ignore[index]
            yield path, name


@pytest.fixture
def make(request: pytest.FixtureRequest, path: str) -> Callable[[int], list[Any]]:
    """Called, it makes so many rows of the list, each with all that is shown of it."""
    name, traits = LISTS[path]
    row_factory: type[ModelFactory[Any]] = request.getfixturevalue(name)
    return lambda count: row_factory.create_batch(count, **traits)


async def answer(client: AsyncClient, path: str, **params: int | str) -> Response:
    response = await client.get(f"/api/v1/{path}", params=params)
    assert response.status_code == 200
    return response


async def shown(client: AsyncClient, path: str, **params: int | str) -> list[Any]:
    rows: list[Any] = (await answer(client, path, **params)).json()
    return rows


@pytest.mark.parametrize("path", [*LISTS, "shortages", "purchase-suggestions"])
async def test_a_list_of_nothing_is_empty(auth_client: AsyncClient, path: str) -> None:
    assert await shown(auth_client, path) == []


@every_list
async def test_twenty_rows_cost_as_many_statements_as_one(
    auth_client: AsyncClient,
    query_counter: Callable[[], int],
    make: Callable[[int], list[Any]],
    path: str,
) -> None:
    async def statements() -> int:
        before = query_counter()
        assert await shown(auth_client, path)
        return query_counter() - before

    make(1)
    for_one = await statements()
    make(19)
    for_twenty = await statements()

    assert for_twenty == for_one


@every_list
async def test_pages_hold_every_row_once(
    auth_client: AsyncClient, make: Callable[[int], list[Any]], path: str
) -> None:
    make(5)
    whole = await shown(auth_client, path)

    pages = [
        await shown(auth_client, path, limit=2, offset=offset)
        for offset in range(0, len(whole) + 2, 2)
    ]

    assert len(whole) >= 5
    assert [row for page in pages for row in page] == whole


@every_list
async def test_every_page_tells_the_length_of_the_whole_list(
    auth_client: AsyncClient, make: Callable[[int], list[Any]], path: str
) -> None:
    make(3)
    whole = await shown(auth_client, path)

    for page in ({}, {"limit": 1}, {"offset": 2}, {"offset": 1_000_000}):
        response = await answer(auth_client, path, **page)
        assert response.headers["X-Total-Count"] == str(len(whole))


@pytest.mark.parametrize("path,name", sort_names())
async def test_a_list_sorted_downwards_is_the_same_list_turned_round(
    auth_client: AsyncClient, make: Callable[[int], list[Any]], path: str, name: str
) -> None:
    make(3)

    upwards = await shown(auth_client, path, sort=name)
    downwards = await shown(auth_client, path, sort=f"-{name}")

    assert len(upwards) >= 3
    assert upwards == downwards[::-1]


async def test_a_second_name_sorts_what_the_first_leaves_alike(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    for sku, name in (("B", "Nozzle"), ("C", "Belt"), ("A", "Nozzle")):
        item_factory.create(sku=sku, name=name)

    rows = await shown(auth_client, "items", sort="-name,sku")

    assert [row["sku"] for row in rows] == ["A", "B", "C"]


async def test_the_later_entry_comes_later_where_the_names_are_alike(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    entered = [item_factory.create(name="Nozzle").id for _ in range(3)]

    rows = await shown(auth_client, "items", sort="name")

    assert [row["id"] for row in rows] == entered


@every_list
@pytest.mark.parametrize("sort", ["", "colour", "--id", "id,", "id;name", "id desc", "ID"])
async def test_an_order_that_a_list_does_not_know_is_refused(
    auth_client: AsyncClient, path: str, sort: str
) -> None:
    response = await auth_client.get(f"/api/v1/{path}", params={"sort": sort})

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["query", "sort"]]


async def test_a_list_stops_at_a_hundred_rows_unless_more_are_asked_for(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    item_factory.create_batch(101)

    assert len(await shown(auth_client, "items")) == 100
    assert len(await shown(auth_client, "items", limit=500)) == 101


@every_list
@pytest.mark.parametrize(
    "page", ["limit=0", "limit=501", "limit=x", "offset=-1", "offset=2147483648"]
)
async def test_a_page_that_cannot_be_is_refused(
    auth_client: AsyncClient, path: str, page: str
) -> None:
    assert (await auth_client.get(f"/api/v1/{path}?{page}")).status_code == 422


@every_list
async def test_a_page_beyond_the_end_is_empty(
    auth_client: AsyncClient, make: Callable[[int], list[Any]], path: str
) -> None:
    make(1)

    assert await shown(auth_client, path, offset=1_000_000) == []


@every_list
async def test_a_search_is_for_the_text_and_not_for_a_pattern(
    auth_client: AsyncClient, make: Callable[[int], list[Any]], path: str
) -> None:
    make(1)

    for text in ("%", "_", "\\"):
        response = await answer(auth_client, path, q=text)
        assert (response.json(), response.headers["X-Total-Count"]) == ([], "0")


@every_list
@pytest.mark.parametrize("text", ["", "\0", "x" * 121], ids=["nothing", "NUL", "too long"])
async def test_a_search_for_what_is_nowhere_stored_is_refused(
    auth_client: AsyncClient, path: str, text: str
) -> None:
    response = await auth_client.get(f"/api/v1/{path}", params={"q": text})

    assert response.status_code == 422
