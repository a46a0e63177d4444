"""What holds for every list: it begins empty, comes in pages, and costs the same at any length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from factoryfloor import ModelFactory
    from tests.factories import ItemFactory

pytestmark = pytest.mark.api

LISTS = {
    "items": ("item_factory", {"with_stock": True}),
    "products": ("product_factory", {"with_two_level_bom": True}),
    "sales-orders": ("sales_order_factory", {"confirmed": True}),
    "purchase-orders": ("purchase_order_factory", {"ordered": True}),
    "production-orders": ("production_order_factory", {"made_to_order": True}),
}
every_list = pytest.mark.parametrize("path", LISTS)


@pytest.fixture
def make(request: pytest.FixtureRequest, path: str) -> Callable[[int], list[Any]]:
    """Called, it makes so many rows of the list, each with all that is shown of it."""
    name, traits = LISTS[path]
    row_factory: type[ModelFactory[Any]] = request.getfixturevalue(name)
    return lambda count: row_factory.create_batch(count, **traits)


async def shown(client: AsyncClient, path: str, **params: int) -> list[Any]:
    response = await client.get(f"/api/v1/{path}", params=params)
    assert response.status_code == 200
    rows: list[Any] = response.json()
    return rows


@pytest.mark.parametrize("path", [*LISTS, "shortages"])
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

    pages = [await shown(auth_client, path, limit=2, offset=offset) for offset in range(0, 12, 2)]

    assert len(whole) >= 5
    assert [row for page in pages for row in page] == whole


async def test_a_list_stops_at_a_hundred_rows_unless_more_are_asked_for(
    auth_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    item_factory.create_batch(101)

    assert len(await shown(auth_client, "items")) == 100
    assert len(await shown(auth_client, "items", limit=500)) == 101


@every_list
@pytest.mark.parametrize("page", ["limit=0", "limit=501", "limit=x", "offset=-1"])
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
