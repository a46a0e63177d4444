"""Products, kept by planners and seen by everybody."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.models import BOMLine, Product

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from app.models import Item
    from tests.factories import (
        BOMLineFactory,
        ItemFactory,
        ProductFactory,
        SalesOrderLineFactory,
    )

pytestmark = pytest.mark.api

PRODUCTS = "/api/v1/products"


async def test_a_product_is_shown(
    auth_client: AsyncClient, product_factory: type[ProductFactory]
) -> None:
    lamp = product_factory.create(sku="LAMP", stocked=True, unit_price=Decimal("19.9"))

    response = await auth_client.get(f"{PRODUCTS}/{lamp.id}")

    assert response.json() == {
        "id": lamp.id,
        "sku": "LAMP",
        "name": "Test Product 1",
        "description": "Test product",
        "unit_price": "19.90",
        "item_id": lamp.item_id,
        "bom_revision": 1,
        "version": 1,
    }


async def test_no_product_has_an_id_that_was_never_given(auth_client: AsyncClient) -> None:
    assert (await auth_client.get(f"{PRODUCTS}/1")).status_code == 404


async def test_products_are_listed_by_sku(
    auth_client: AsyncClient, product_factory: type[ProductFactory]
) -> None:
    vase = product_factory.create(sku="VASE", unit_price=Decimal("19.9"))
    lamp = product_factory.create(sku="LAMP", stocked=True, description=None)

    shown = (await auth_client.get(PRODUCTS)).json()

    assert [(each["id"], each["item_id"]) for each in shown] == [
        (lamp.id, lamp.item_id),
        (vase.id, None),
    ]
    assert [each["unit_price"] for each in shown] == ["99.99", "19.90"]
    assert [each["description"] for each in shown] == [None, "Test product"]


async def test_products_are_found_by_sku_and_name(
    auth_client: AsyncClient, product_factory: type[ProductFactory]
) -> None:
    product_factory.create(sku="VASE")
    product_factory.create(sku="LAMP-1")
    product_factory.create(sku="X", name="A lamp of glass")

    shown = (await auth_client.get(PRODUCTS, params={"q": "lamp"})).json()

    assert [product["sku"] for product in shown] == ["LAMP-1", "X"]


async def test_a_product_is_found_by_the_item_that_it_is_stocked_as(
    auth_client: AsyncClient, product_factory: type[ProductFactory]
) -> None:
    product_factory.create(stocked=True)
    lamp = product_factory.create(stocked=True)

    shown = (await auth_client.get(PRODUCTS, params={"item_id": lamp.item_id})).json()

    assert [product["id"] for product in shown] == [lamp.id]


async def test_a_new_product_costs_nothing_and_is_not_stocked_unless_said(
    planner_client: AsyncClient, db: Session
) -> None:
    response = await planner_client.post(PRODUCTS, json={"sku": "LAMP", "name": "Lamp"})

    assert response.status_code == 201
    assert (response.json()["unit_price"], response.json()["item_id"]) == ("0.00", None)
    assert db.scalars(select(Product.sku)).all() == ["LAMP"]


@pytest.mark.parametrize(
    "field,value",
    [
        ("sku", "LAMP "),
        ("name", "x" * 121),
        ("description", "a\0b"),
        ("description", "x" * 2001),
        ("unit_price", "19.999"),
        ("unit_price", "-1"),
        ("unit_price", "10000000000"),
        ("item_id", "1"),
        ("bom_revision", 2),
    ],
)
async def test_a_product_that_could_not_be_is_refused_by_the_field(
    planner_client: AsyncClient, db: Session, field: str, value: Any
) -> None:
    new = {"sku": "LAMP", "name": "Lamp"} | {field: value}

    response = await planner_client.post(PRODUCTS, json=new)

    assert response.status_code == 422
    assert {tuple(error["loc"][:2]) for error in response.json()["errors"]} == {("body", field)}
    assert db.scalar(select(func.count()).select_from(Product)) == 0


async def test_an_item_is_made_in_one_way(
    planner_client: AsyncClient, product_factory: type[ProductFactory]
) -> None:
    lamp = product_factory.create(stocked=True)
    new = {"sku": "COPY", "name": "Copy", "item_id": lamp.item_id}

    response = await planner_client.post(PRODUCTS, json=new)

    assert response.status_code == 409
    assert response.json()["detail"] == "The item id is taken: another of the products has it"


async def test_a_product_is_stocked_as_an_item_that_exists(planner_client: AsyncClient) -> None:
    new = {"sku": "LAMP", "name": "Lamp", "item_id": 2_147_483_647}

    response = await planner_client.post(PRODUCTS, json=new)

    assert response.status_code == 422
    assert response.json()["detail"] == "no item has the id 2147483647"


async def test_a_product_is_stocked_as_an_item_that_is_counted_in_pieces(
    planner_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    new = {"sku": "LAMP", "name": "Lamp", "item_id": item_factory.create(sku="PLA", unit="kg").id}

    response = await planner_client.post(PRODUCTS, json=new)

    assert response.status_code == 422
    assert "PLA is counted in kg" in response.json()["detail"]


async def test_a_product_is_edited(
    planner_client: AsyncClient, product: Product, item: Item, db: Session
) -> None:
    change = {"version": 1, "unit_price": "5.5", "description": None, "item_id": item.id}

    response = await planner_client.patch(f"{PRODUCTS}/{product.id}", json=change)

    assert (response.json()["unit_price"], response.json()["version"]) == ("5.50", 2)
    db.refresh(product)
    assert (product.sku, product.description, product.item) == ("PROD-0001", None, item)


async def test_a_product_is_never_stocked_as_what_it_is_made_of(
    planner_client: AsyncClient, bom_line_factory: type[BOMLineFactory], db: Session
) -> None:
    line = bom_line_factory.create(product__sku="LOOP")
    path = f"{PRODUCTS}/{line.product_id}"

    response = await planner_client.patch(path, json={"version": 1, "item_id": line.item_id})

    assert response.status_code == 409
    assert "LOOP > LOOP" in response.json()["detail"]
    db.refresh(line.product)
    assert line.product.item_id is None


async def test_a_product_of_which_there_was_stock_stays_the_item_that_it_is(
    planner_client: AsyncClient, product_factory: type[ProductFactory], item: Item
) -> None:
    lamp = product_factory.create(sku="LAMP", with_stock=True)
    path = f"{PRODUCTS}/{lamp.id}"

    response = await planner_client.patch(path, json={"version": 1, "item_id": item.id})

    assert response.status_code == 409
    assert response.json()["detail"] == (
        "there is stock of LAMP already; it stays the item that it is"
    )


async def test_a_product_of_which_there_never_was_stock_may_become_another_item(
    planner_client: AsyncClient, product_factory: type[ProductFactory], item: Item
) -> None:
    lamp = product_factory.create(stocked=True)
    path = f"{PRODUCTS}/{lamp.id}"

    response = await planner_client.patch(path, json={"version": 1, "item_id": item.id})

    assert response.json()["item_id"] == item.id


async def test_a_product_is_deleted_with_its_bill_of_materials(
    planner_client: AsyncClient, product_factory: type[ProductFactory], db: Session
) -> None:
    product = product_factory.create(with_bom=True)

    response = await planner_client.delete(f"{PRODUCTS}/{product.id}")

    assert response.status_code == 204
    assert db.scalar(select(func.count()).select_from(BOMLine)) == 0


async def test_a_product_that_was_ordered_stays(
    planner_client: AsyncClient, sales_order_line_factory: type[SalesOrderLineFactory]
) -> None:
    line = sales_order_line_factory.create()

    response = await planner_client.delete(f"{PRODUCTS}/{line.product_id}")

    assert response.status_code == 409
    assert response.json()["detail"] == "This is still in use: sales order lines refer to it"
