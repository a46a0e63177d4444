"""The lists of documents and of stock come in the order that is asked for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from app.main import app

from .answers import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx import AsyncClient

    from factoryfloor import ModelFactory

pytestmark = pytest.mark.api

DAYS = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 12, 1)]
MOMENTS = [datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in (1, 2, 10)]
AMOUNTS = [Decimal("0.5"), Decimal(9), Decimal(10)]
LETTERS = ["A", "B", "C"]

ASCENDING: dict[str, dict[str, list[Any]]] = {
    "quotes": {
        "code": LETTERS,
        "status": ["accepted", "draft", "sent"],
        "quote_date": DAYS,
        "valid_until": [date(2030, 1, 1), date(2030, 1, 2), date(2030, 2, 1)],
    },
    "sales-orders": {
        "code": LETTERS,
        "status": ["cancelled", "confirmed", "pending"],
        "order_date": DAYS,
        "ship_date": DAYS,
    },
    "shipments": {"shipped_on": DAYS, "carrier": LETTERS},
    "production-orders": {
        "code": LETTERS,
        "status": ["cancelled", "draft", "released"],
        "due_date": DAYS,
        "created_at": MOMENTS,
    },
    "inventory-transactions": {
        "created_at": MOMENTS,
        "transaction_type": ["adjust", "receive", "return"],
        "quantity": AMOUNTS,
        "reference": LETTERS,
    },
    "stock": {
        "sku": LETTERS,
        "name": LETTERS,
        "available": [{"inventory_transactions": [{"quantity": each}]} for each in AMOUNTS],
    },
    "reservations": {"created_at": MOMENTS, "quantity": AMOUNTS},
    "purchase-orders": {
        "code": LETTERS,
        "status": ["cancelled", "draft", "ordered"],
        "order_date": DAYS,
        "expected_date": DAYS,
    },
}
FACTORIES = {
    "inventory-transactions": "inventory_transaction_factory",
    "stock": "item_factory",
}


def cases() -> Iterator[tuple[str, str]]:
    return ((path, name) for path, names in ASCENDING.items() for name in names)


@pytest.fixture
def make(request: pytest.FixtureRequest, path: str, name: str) -> Callable[[Any], Any]:
    """Called with a value of the column, or with what makes it so, it makes a row of the list."""
    factory_name = FACTORIES.get(path, f"{path.removesuffix('s').replace('-', '_')}_factory")
    row_factory: type[ModelFactory[Any]] = request.getfixturevalue(factory_name)
    return lambda value: row_factory.create(**value if isinstance(value, dict) else {name: value})


@pytest.mark.parametrize("path,name", cases())
async def test_a_list_is_sorted_upwards_and_downwards(
    viewer_client: AsyncClient, make: Callable[[Any], Any], path: str, name: str
) -> None:
    least, middle, most = ASCENDING[path][name]
    made = {row.id: row for row in map(make, (middle, most, least))}
    middle_id, most_id, least_id = made

    async def shown(sort: str) -> list[int]:
        rows = await answer(viewer_client.get(f"/api/v1/{path}", params={"sort": sort}))
        ids = [row["item_id" if path == "stock" else "id"] for row in rows]
        return [row_id for row_id in ids if row_id in made]

    assert await shown(name) == [least_id, middle_id, most_id]
    assert await shown(f"-{name}") == [most_id, middle_id, least_id]


@pytest.mark.parametrize("path", ASCENDING)
def test_every_name_that_a_list_is_sorted_by_is_tried(path: str) -> None:
    parameters = app.openapi()["paths"][f"/api/v1/{path}"]["get"]["parameters"]
    (pattern,) = (each["schema"]["pattern"] for each in parameters if each["name"] == "sort")
    names = re.search(r"\(([a-z_|]+)\)", pattern)

    assert names is not None
    assert set(names[1].split("|")) == {"id", *ASCENDING[path]}
