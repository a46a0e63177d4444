"""Customers, kept by planners and seen by everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.models import Customer

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from tests.factories import CustomerFactory

pytestmark = pytest.mark.api

CUSTOMERS = "/api/v1/customers"


async def test_a_customer_is_shown(auth_client: AsyncClient, customer: Customer) -> None:
    response = await auth_client.get(f"{CUSTOMERS}/{customer.id}")

    assert response.status_code == 200
    assert response.json() == {
        "id": customer.id,
        "name": "Test Customer 1",
        "email": "customer1@example.com",
        "phone": "555-0001",
        "version": 1,
    }


async def test_nobody_has_an_id_that_was_never_given(auth_client: AsyncClient) -> None:
    response = await auth_client.get(f"{CUSTOMERS}/2147483647")

    assert response.status_code == 404
    assert response.json()["detail"] == "no customer has the id 2147483647"


@pytest.mark.parametrize("row_id", ["0", "-1", "2147483648", "x"])
async def test_what_can_be_no_id_is_refused(auth_client: AsyncClient, row_id: str) -> None:
    assert (await auth_client.get(f"{CUSTOMERS}/{row_id}")).status_code == 422


@pytest.mark.parametrize("text", ["LOVELACE", "ada@", "4711"])
async def test_customers_are_found_by_name_email_and_phone(
    auth_client: AsyncClient, customer_factory: type[CustomerFactory], text: str
) -> None:
    customer_factory.create()
    customer_factory.create(name="Ada Lovelace", email="ada@example.com", phone="4711")

    response = await auth_client.get(CUSTOMERS, params={"q": text})

    assert [customer["name"] for customer in response.json()] == ["Ada Lovelace"]
    assert response.headers["X-Total-Count"] == "1"


async def test_customers_are_listed_by_name(
    auth_client: AsyncClient, customer_factory: type[CustomerFactory]
) -> None:
    for name in ("Grace", "Ada"):
        customer_factory.create(name=name)

    shown = (await auth_client.get(CUSTOMERS)).json()

    assert [customer["name"] for customer in shown] == ["Ada", "Grace"]


async def test_a_new_customer_needs_a_name_alone(planner_client: AsyncClient, db: Session) -> None:
    response = await planner_client.post(CUSTOMERS, json={"name": "Ada"})

    ada = db.scalars(select(Customer)).one()
    assert response.status_code == 201
    assert response.json() == {
        "id": ada.id,
        "name": "Ada",
        "email": None,
        "phone": None,
        "version": 1,
    }


@pytest.mark.parametrize(
    "field,value",
    [
        ("name", None),
        ("name", " "),
        ("name", "A\0da"),
        ("name", "x" * 121),
        ("email", "ada"),
        ("phone", "1" * 41),
        ("id", 7),
    ],
)
async def test_a_customer_who_could_not_be_is_refused_by_the_field(
    planner_client: AsyncClient, db: Session, field: str, value: Any
) -> None:
    response = await planner_client.post(CUSTOMERS, json={"name": "Ada"} | {field: value})

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", field]]
    assert db.scalar(select(func.count()).select_from(Customer)) == 0


async def test_an_edit_changes_what_it_names_and_counts_the_version(
    planner_client: AsyncClient, customer: Customer, db: Session
) -> None:
    path = f"{CUSTOMERS}/{customer.id}"

    response = await planner_client.patch(path, json={"version": 1, "name": "Ada", "phone": None})

    assert response.status_code == 200
    assert response.json() == {
        "id": customer.id,
        "name": "Ada",
        "email": "customer1@example.com",
        "phone": None,
        "version": 2,
    }
    db.refresh(customer)
    assert (customer.name, customer.version) == ("Ada", 2)


async def test_an_edit_of_a_version_gone_by_is_a_conflict_and_changes_nothing(
    planner_client: AsyncClient, customer: Customer, db: Session
) -> None:
    path = f"{CUSTOMERS}/{customer.id}"
    await planner_client.patch(path, json={"version": 1, "name": "Ada"})

    response = await planner_client.patch(path, json={"version": 1, "name": "Grace"})

    assert response.status_code == 409
    assert response.json()["type"] == "urn:filaops:stale-version"
    db.refresh(customer)
    assert customer.name == "Ada"


@pytest.mark.parametrize(
    "body,loc",
    [
        ({"name": "Ada"}, "version"),
        ({"version": 0}, "version"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"version": 1, "name": None}, "name"),
        ({"version": 1, "nmae": "Ada"}, "nmae"),
    ],
)
async def test_an_edit_that_cannot_be_is_refused_by_the_field(
    planner_client: AsyncClient, customer: Customer, body: dict[str, Any], loc: str
) -> None:
    response = await planner_client.patch(f"{CUSTOMERS}/{customer.id}", json=body)

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", loc]]


async def test_nobody_is_edited_under_an_id_that_was_never_given(
    planner_client: AsyncClient,
) -> None:
    response = await planner_client.patch(f"{CUSTOMERS}/1", json={"version": 1})

    assert response.status_code == 404


async def test_a_customer_without_orders_can_be_deleted(
    planner_client: AsyncClient, customer: Customer
) -> None:
    path = f"{CUSTOMERS}/{customer.id}"

    response = await planner_client.delete(path)

    assert (response.status_code, response.content) == (204, b"")
    assert (await planner_client.delete(path)).status_code == 404


async def test_a_customer_with_orders_stays(
    planner_client: AsyncClient, customer_factory: type[CustomerFactory]
) -> None:
    customer = customer_factory.create(with_orders=True)
    path = f"{CUSTOMERS}/{customer.id}"

    response = await planner_client.delete(path)

    assert response.status_code == 409
    assert (await planner_client.get(path)).status_code == 200
