"""Factories, sessions and requests, sync and async, stand in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

# FastAPI reads the annotations of the endpoints below, at run time
from app.api.parameters import AsyncDatabase, Database  # noqa: TC001
from app.auth import create_access_token
from app.database import AsyncSessionLocal, SessionLocal
from app.models import Customer, SalesOrder, User

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from tests.factories import CustomerFactory, SalesOrderFactory, UserFactory

pytestmark = pytest.mark.integration

customers = select(func.count()).select_from(Customer)
GRACE = {"username": "grace", "email": "grace@example.com", "password": "compilers!"}


async def test_an_asynchronous_endpoint_sees_what_factories_made(
    auth_client: AsyncClient, sales_order_factory: type[SalesOrderFactory]
) -> None:
    order = sales_order_factory.create(confirmed=True, lines=3)

    shown = (await auth_client.get(f"/api/v1/sales-orders/{order.id}")).json()

    assert shown["customer"]["name"] == order.customer.name
    assert [line["line_number"] for line in shown["lines"]] == [1, 2, 3]


def test_a_synchronous_client_sees_it_through_the_same_endpoint(
    auth_sync_client: TestClient, sales_order: SalesOrder
) -> None:
    shown = auth_sync_client.get(f"/api/v1/sales-orders/{sales_order.id}").json()

    assert shown["code"] == sales_order.code


async def test_an_endpoint_sees_what_the_test_changed(
    auth_client: AsyncClient, sales_order: SalesOrder
) -> None:
    sales_order.code = "SO-CHANGED"

    shown = (await auth_client.get(f"/api/v1/sales-orders/{sales_order.id}")).json()

    assert shown["code"] == "SO-CHANGED"


async def test_the_session_sees_what_an_endpoint_committed(
    client: AsyncClient, user_factory: type[UserFactory], db: Session
) -> None:
    admin = user_factory.create(admin=True)
    client.headers["Authorization"] = f"Bearer {create_access_token(admin.id)}"

    made = (await client.post("/api/v1/users", json=GRACE)).json()

    assert db.get_one(User, made["id"]).email == "grace@example.com"


async def test_a_refused_request_leaves_what_factories_made(
    client: AsyncClient, user_factory: type[UserFactory], db: Session
) -> None:
    admin = user_factory.create(admin=True)
    user_factory.create(username="grace")
    client.headers["Authorization"] = f"Bearer {create_access_token(admin.id)}"

    refused = await client.post("/api/v1/users", json=GRACE)

    assert refused.status_code == 409
    assert db.scalars(select(User.username).order_by(User.id)).all() == ["testuser1", "grace"]


async def test_both_sessions_see_each_others_rows(
    db: Session, async_db: AsyncSession, customer_factory: type[CustomerFactory]
) -> None:
    customer_factory.create()
    assert await async_db.scalar(customers) == 1

    async_db.add(customer_factory.build())
    await async_db.flush()

    assert db.scalar(customers) == 2


async def test_what_the_applications_own_sessions_commit_is_seen_by_all(
    db: Session, customer_factory: type[CustomerFactory]
) -> None:
    with SessionLocal() as session:
        session.add(customer_factory.build())
        session.commit()
    async with AsyncSessionLocal() as async_session:
        async_session.add(customer_factory.build())
        await async_session.commit()

    assert db.scalar(customers) == 2


@pytest.mark.parametrize("path", ["/forgets", "/forgets-asynchronously"])
def test_what_an_endpoint_forgets_to_commit_is_not_there(
    db: Session, customer_factory: type[CustomerFactory], path: str
) -> None:
    app = FastAPI()

    @app.post("/forgets")
    def forget(session: Database) -> None:
        session.add(customer_factory.build())
        session.flush()

    @app.post("/forgets-asynchronously")
    async def forget_asynchronously(session: AsyncDatabase) -> None:
        session.add(customer_factory.build())
        await session.flush()

    kept = customer_factory.create()
    with TestClient(app) as client:
        assert client.post(path).status_code == 200

    assert db.scalars(select(Customer)).all() == [kept]
