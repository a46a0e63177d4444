"""No test sees what another one did, whatever it committed, and in whichever order they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from app.auth import create_access_token
from app.database import Base, SessionLocal
from app.models import Customer, User

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.integration

# Each test runs twice, asserts that there is nothing, and commits: the second would see the first.
twice = pytest.mark.parametrize("run", ["one", "another"])


def rows(db: Session) -> int:
    return sum(
        db.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
    )


@twice
def test_what_the_tests_session_commits(
    db: Session, customer_factory: type[CustomerFactory], run: str
) -> None:
    assert rows(db) == 0

    customer_factory.create()
    db.commit()

    assert rows(db) == 1


@twice
def test_what_a_session_of_the_applications_own_commits(
    db: Session, customer_factory: type[CustomerFactory], run: str
) -> None:
    assert rows(db) == 0

    with SessionLocal.begin() as session:
        session.add(customer_factory.build())

    assert rows(db) == 1


@twice
async def test_what_the_asynchronous_session_commits(
    db: Session, async_db: AsyncSession, customer_factory: type[CustomerFactory], run: str
) -> None:
    assert rows(db) == 0

    async_db.add(customer_factory.build())
    await async_db.commit()

    assert rows(db) == 1


@twice
async def test_what_an_endpoint_commits(
    db: Session, client: AsyncClient, user_factory: type[UserFactory], run: str
) -> None:
    assert rows(db) == 0
    admin = user_factory.create(admin=True)
    client.headers["Authorization"] = f"Bearer {create_access_token(admin.id)}"

    new = {"username": "grace", "email": "grace@example.com", "password": "compilers!"}
    assert (await client.post("/api/v1/users", json=new)).status_code == 201

    assert db.scalar(select(func.count()).select_from(User)) == 2


@twice
def test_what_is_done_to_the_schema(db: Session, run: str) -> None:
    left = text("SELECT to_regclass('left_over')")
    assert db.scalar(left) is None

    db.execute(text("CREATE TABLE left_over ()"))
    db.commit()

    assert db.scalar(left) == "left_over"


@twice
def test_what_is_numbered_begins_at_one(customer_factory: type[CustomerFactory], run: str) -> None:
    made: list[Customer] = customer_factory.create_batch(2)

    assert [each.name for each in made] == ["Test Customer 1", "Test Customer 2"]
