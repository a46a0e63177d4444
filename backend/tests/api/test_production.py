"""Production orders: shown, found, and made to stock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import Product
    from tests.factories import ProductionOrderFactory

pytestmark = pytest.mark.api

ORDERS = "/api/v1/production-orders"
TODAY = date.today()


async def test_a_production_order_is_shown_with_what_it_is_for(
    viewer_client: AsyncClient, production_order_factory: type[ProductionOrderFactory]
) -> None:
    order = production_order_factory.create(
        made_to_order=True,
        half_completed=True,
        scrapped=True,
        code="PO-1",
        bom_revision=3,
        due_date=date(2026, 3, 1),
    )

    shown = await answer(viewer_client.get(f"{ORDERS}/{order.id}"))

    assert order.started_at is not None
    assert shown.pop("started_at").startswith(order.started_at.isoformat()[:19])
    assert shown.pop("created_at").startswith(order.created_at.isoformat()[:19])
    assert shown == {
        "id": order.id,
        "code": "PO-1",
        "status": "in_progress",
        "product_id": order.product_id,
        "quantity_ordered": 10,
        "quantity_completed": 5,
        "quantity_scrapped": 2,
        "quantity_open": 3,
        "sales_order_id": order.sales_order_id,
        "sales_order_line": 1,
        "printer_id": order.printer_id,
        "bom_revision": 3,
        "due_date": "2026-03-01",
        "completed_at": None,
    }
    assert None not in (shown["sales_order_id"], shown["printer_id"])


async def test_the_newest_production_order_comes_first(
    viewer_client: AsyncClient, production_order_factory: type[ProductionOrderFactory]
) -> None:
    made = production_order_factory.create_batch(3)

    shown = await answer(viewer_client.get(ORDERS))

    assert [order["id"] for order in shown] == [order.id for order in reversed(made)]


@pytest.mark.parametrize(
    "query,found",
    [
        ("", {"P-1", "P-2", "P-3"}),
        ("status=released", {"P-2"}),
        ("status=released&status=cancelled", {"P-2", "P-3"}),
        ("product_id={product}", {"P-1", "P-2"}),
        ("product_id={product}&status=draft", {"P-1"}),
        ("sales_order_id={sales_order}", {"P-3"}),
        ("printer_id={printer}", {"P-3"}),
        ("printer_id=2147483647", set()),
        ("q=p-3", {"P-3"}),
        ("due_date_from=2026-01-02", {"P-2", "P-3"}),
        ("due_date_to=2026-01-02", {"P-1", "P-2"}),
    ],
)
async def test_production_orders_are_found_by_what_they_are(
    viewer_client: AsyncClient,
    production_order_factory: type[ProductionOrderFactory],
    product: Product,
    query: str,
    found: set[str],
) -> None:
    for number, status in ((1, "draft"), (2, "released")):
        production_order_factory.create(
            code=f"P-{number}", status=status, product=product, due_date=date(2026, 1, number)
        )
    other = production_order_factory.create(
        code="P-3",
        made_to_order=True,
        in_progress=True,
        status="cancelled",
        due_date=date(2026, 1, 3),
    )
    ids = {
        "product": product.id,
        "sales_order": other.sales_order_id,
        "printer": other.printer_id,
    }

    response = await viewer_client.get(f"{ORDERS}?{query.format(**ids)}")

    assert {order["code"] for order in response.json()} == found
    assert response.headers["X-Total-Count"] == str(len(found))


@pytest.mark.parametrize(
    "status,is_overdue",
    [
        *((status, True) for status in ("draft", "released", "in_progress")),
        *((status, False) for status in ("completed", "cancelled")),
    ],
)
async def test_an_order_is_overdue_until_it_is_made(
    viewer_client: AsyncClient,
    production_order_factory: type[ProductionOrderFactory],
    status: str,
    is_overdue: bool,
) -> None:
    for code, day in (("late", TODAY - timedelta(days=1)), ("due", TODAY), ("open", None)):
        production_order_factory.create(code=code, status=status, due_date=day)

    overdue = await answer(viewer_client.get(f"{ORDERS}?overdue=true"))
    others = await answer(viewer_client.get(f"{ORDERS}?overdue=false"))

    assert {order["code"] for order in overdue} == ({"late"} if is_overdue else set())
    assert {order["code"] for order in overdue + others} == {"late", "due", "open"}
    assert len(overdue + others) == 3


@pytest.mark.parametrize(
    "query,field",
    [
        ("status=lost", "0"),
        ("product_id=0", "product_id"),
        ("sales_order_id=x", "sales_order_id"),
        ("printer_id=2147483648", "printer_id"),
        ("due_date_from=0001-01-01", "due_date_from"),
        ("overdue=1", "overdue"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(
    viewer_client: AsyncClient, query: str, field: str
) -> None:
    assert await refused_fields(viewer_client.get(f"{ORDERS}?{query}")) == {field}


async def test_a_draft_is_made_for_stock(planner_client: AsyncClient, product: Product) -> None:
    body = {"product_id": product.id, "quantity": 12, "due_date": "2030-05-01"}

    made = await answer(planner_client.post(ORDERS, json=body), 201)

    assert made["code"] == f"PO-{TODAY.year}-0001"
    assert (made["status"], made["quantity_ordered"], made["quantity_open"]) == ("draft", 12, 12)
    assert (made["sales_order_id"], made["sales_order_line"]) == (None, None)
    assert (made["bom_revision"], made["due_date"]) == (None, "2030-05-01")
    assert await answer(planner_client.get(f"{ORDERS}/{made['id']}")) == made


async def test_a_draft_needs_no_day(planner_client: AsyncClient, product: Product) -> None:
    body = {"product_id": product.id, "quantity": 1}

    made = await answer(planner_client.post(ORDERS, json=body), 201)

    assert made["due_date"] is None


async def test_only_what_is_sold_is_made(planner_client: AsyncClient) -> None:
    body = {"product_id": 2147483647, "quantity": 1}

    words = await refusal(planner_client.post(ORDERS, json=body), 422)

    assert words == "no product has the id 2147483647"


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 2.5}, "quantity"),
        ({"quantity": 1_000_001}, "quantity"),
        ({"product_id": -1}, "product_id"),
        ({"due_date": "2026-13-01"}, "due_date"),
        ({"printer_id": 1}, "printer_id"),
    ],
)
async def test_a_draft_that_cannot_be_is_refused_by_its_field(
    planner_client: AsyncClient, product: Product, changes: dict[str, Any], field: str
) -> None:
    body = {"product_id": product.id, "quantity": 1} | changes

    assert await refused_fields(planner_client.post(ORDERS, json=body)) == {field}


@pytest.mark.parametrize(
    "method,path,body",
    [
        ("GET", "", None),
        ("POST", "/release", None),
        ("POST", "/start", {"printer_id": 1}),
        ("POST", "/stop", None),
        ("POST", "/reports", {"good": 1}),
        ("POST", "/returns", {"item_id": 1, "quantity": 1}),
        ("POST", "/cancel", None),
    ],
)
async def test_an_order_that_is_not_there_is_neither_shown_nor_acted_on(
    planner_client: AsyncClient, method: str, path: str, body: Any
) -> None:
    words = await refusal(planner_client.request(method, f"{ORDERS}/7{path}", json=body), 404)

    assert words == "no production order has the id 7"
