"""Bills of materials: shown, revised, costed, and followed up from an item."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from .answers import answer, refusal, refused_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from app.models import Item, Product
    from tests.factories import BOMLineFactory, ItemFactory, ProductFactory

pytestmark = pytest.mark.api

PRODUCTS = "/api/v1/products"


@pytest.fixture
def pla(item_factory: type[ItemFactory]) -> Item:
    return item_factory.create(sku="PLA", name="Filament", filament=True)


@pytest.fixture
def vase(product_factory: type[ProductFactory], pla: Item) -> Product:
    """A vase of 25.5 g of filament, at 19.90."""
    bill = [{"item": pla, "quantity_per": Decimal("25.5")}]
    return product_factory.create(
        sku="VASE", name="Vase", stocked=True, unit_price=Decimal("19.9"), bom_lines=bill
    )


def revision(item: Item, version: int = 1, **line: Any) -> dict[str, Any]:
    """The body of a revision that takes so much of one item."""
    return {"version": version, "lines": [{"item_id": item.id, "quantity_per": 30} | line]}


async def test_the_bill_in_force_is_shown(
    viewer_client: AsyncClient, vase: Product, pla: Item
) -> None:
    shown = await answer(viewer_client.get(f"{PRODUCTS}/{vase.id}/bill"))

    assert shown == {
        "product_id": vase.id,
        "revision": 1,
        "in_force": True,
        "lines": [
            {
                "item": {"id": pla.id, "sku": "PLA", "name": "Filament", "unit": "g"},
                "quantity_per": "25.5000",
                "scrap_factor": "0.0000",
            }
        ],
        "version": 1,
    }


async def test_a_bill_that_nobody_wrote_is_empty(
    viewer_client: AsyncClient, product: Product
) -> None:
    shown = await answer(viewer_client.get(f"{PRODUCTS}/{product.id}/bill"))

    assert (shown["revision"], shown["in_force"], shown["lines"]) == (1, True, [])
    assert await answer(viewer_client.get(f"{PRODUCTS}/{product.id}/bill-revisions")) == []


async def test_a_revision_is_in_force_at_once_and_the_one_before_is_kept(
    planner_client: AsyncClient, vase: Product, pla: Item
) -> None:
    path = f"{PRODUCTS}/{vase.id}"

    revised = await answer(
        planner_client.post(f"{path}/bill-revisions", json=revision(pla, scrap_factor="0.05")), 201
    )

    assert (revised["revision"], revised["in_force"], revised["version"]) == (2, True, 2)
    (line,) = revised["lines"]
    assert (line["quantity_per"], line["scrap_factor"]) == ("30.0000", "0.0500")
    assert await answer(planner_client.get(f"{path}/bill")) == revised
    before = await answer(planner_client.get(f"{path}/bill?revision=1"))
    assert (before["in_force"], before["lines"][0]["quantity_per"]) == (False, "25.5000")
    assert await answer(planner_client.get(f"{path}/bill-revisions")) == [
        {"revision": 2, "in_force": True, "lines": 1},
        {"revision": 1, "in_force": False, "lines": 1},
    ]


async def test_an_earlier_revision_can_be_put_in_force_again(
    planner_client: AsyncClient, vase: Product, pla: Item
) -> None:
    path = f"{PRODUCTS}/{vase.id}/bill-revisions"
    await answer(planner_client.post(path, json=revision(pla)), 201)

    shown = await answer(planner_client.post(f"{path}/1/put-in-force", json={"version": 2}))

    assert (shown["revision"], shown["in_force"], shown["version"]) == (1, True, 3)
    assert shown == await answer(planner_client.get(f"{PRODUCTS}/{vase.id}/bill"))


async def test_the_second_of_two_who_revise_at_once_is_told_so(
    planner_client: AsyncClient, vase: Product, pla: Item
) -> None:
    path = f"{PRODUCTS}/{vase.id}/bill-revisions"
    await answer(planner_client.post(path, json=revision(pla)), 201)

    revising = await refusal(planner_client.post(path, json=revision(pla)))
    putting = await refusal(planner_client.post(f"{path}/1/put-in-force", json={"version": 1}))

    assert "version 1 was edited, 2 is the latest" in revising
    assert revising == putting
    assert len(await answer(planner_client.get(path))) == 2


async def test_a_product_is_not_made_of_itself(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    vase: Product,
    pla: Item,
) -> None:
    set_of_two = product_factory.create(sku="SET", stocked=True, bom_lines=[{"item": vase.item}])
    assert set_of_two.item is not None

    words = await refusal(
        planner_client.post(f"{PRODUCTS}/{vase.id}/bill-revisions", json=revision(set_of_two.item))
    )

    assert "leads back to its own product" in words
    shown = await answer(planner_client.get(f"{PRODUCTS}/{vase.id}/bill"))
    assert (shown["revision"], shown["version"]) == (1, 1)


async def test_a_revision_that_would_go_in_a_circle_now_stays_out_of_force(
    planner_client: AsyncClient,
    product_factory: type[ProductFactory],
    bom_line_factory: type[BOMLineFactory],
    vase: Product,
) -> None:
    set_of_two = product_factory.create(stocked=True, bom_lines=[{"item": vase.item}])
    bom_line_factory.create(product=vase, item=set_of_two.item, revision=2)

    words = await refusal(
        planner_client.post(
            f"{PRODUCTS}/{vase.id}/bill-revisions/2/put-in-force", json={"version": 1}
        )
    )

    assert "leads back to its own product" in words


@pytest.mark.parametrize(
    "method,path,words",
    [
        ("GET", "products/7/bill", "no product has the id 7"),
        ("GET", "products/7/bill-revisions", "no product has the id 7"),
        ("GET", "products/7/cost", "no product has the id 7"),
        ("GET", "items/7/where-used", "no item has the id 7"),
        ("POST", "products/7/bill-revisions", "no product has the id 7"),
        ("POST", "products/7/bill-revisions/1/put-in-force", "no product has the id 7"),
    ],
)
async def test_what_is_not_there_has_no_bill(
    planner_client: AsyncClient, method: str, path: str, words: str
) -> None:
    body: dict[str, Any] = {"version": 1}
    if path.endswith("bill-revisions"):
        body["lines"] = [{"item_id": 1, "quantity_per": 1}]

    request = planner_client.request(method, f"/api/v1/{path}", json=body)

    assert await refusal(request, 404) == words


async def test_a_revision_that_was_never_written_is_neither_shown_nor_put_in_force(
    planner_client: AsyncClient, vase: Product
) -> None:
    path = f"{PRODUCTS}/{vase.id}"
    body = {"version": 1}

    showing = await refusal(planner_client.get(f"{path}/bill?revision=2"), 404)
    putting = await refusal(
        planner_client.post(f"{path}/bill-revisions/2/put-in-force", json=body), 404
    )

    assert showing == putting == "VASE has no revision 2 of its bill of materials"


async def test_a_bill_names_items_that_exist(planner_client: AsyncClient, vase: Product) -> None:
    body = {"version": 1, "lines": [{"item_id": 2147483647, "quantity_per": 1}]}

    words = await refusal(
        planner_client.post(f"{PRODUCTS}/{vase.id}/bill-revisions", json=body), 422
    )

    assert words == "no item has the id 2147483647"


@pytest.mark.parametrize(
    "line,field",
    [
        ({"quantity_per": 0}, "quantity_per"),
        ({"quantity_per": "-1"}, "quantity_per"),
        ({"quantity_per": "0.00001"}, "quantity_per"),
        ({"quantity_per": "100000"}, "quantity_per"),
        ({"scrap_factor": "-0.1"}, "scrap_factor"),
        ({"scrap_factor": 10}, "scrap_factor"),
        ({"item_id": "x"}, "item_id"),
        ({"revision": 9}, "revision"),
    ],
)
async def test_a_line_that_cannot_be_is_refused_by_its_field(
    planner_client: AsyncClient, vase: Product, pla: Item, line: dict[str, Any], field: str
) -> None:
    path = f"{PRODUCTS}/{vase.id}/bill-revisions"

    assert await refused_fields(planner_client.post(path, json=revision(pla, **line))) == {field}


@pytest.mark.parametrize("lines", [[], None, [{}] * 201])
async def test_a_revision_has_lines_and_not_too_many(
    planner_client: AsyncClient, vase: Product, lines: Any
) -> None:
    path = f"{PRODUCTS}/{vase.id}/bill-revisions"
    body = {"version": 1, "lines": lines}

    assert await refused_fields(planner_client.post(path, json=body)) == {"lines"}


async def test_a_bill_costs_as_many_statements_with_twenty_lines_as_with_one(
    viewer_client: AsyncClient,
    product_factory: type[ProductFactory],
    query_counter: Callable[[], int],
) -> None:
    counts = []
    for lines in (1, 20):
        product = product_factory.create(bom_lines=lines)
        before = query_counter()
        shown = await answer(viewer_client.get(f"{PRODUCTS}/{product.id}/bill"))
        assert len(shown["lines"]) == lines
        counts.append(query_counter() - before)

    assert counts[0] == counts[1]
