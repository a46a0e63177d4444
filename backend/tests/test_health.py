"""FilaOps answers, on its database, to those who are logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import AsyncClient
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from app.models import User

pytestmark = pytest.mark.api


async def test_the_application_is_healthy(client: AsyncClient) -> None:
    response = await client.get("/api/v1/health")

    assert response.status_code == 200
    assert response.json() == {"status": "healthy", "database": "ok"}


def test_the_synchronous_client_finds_it_healthy_too(sync_client: TestClient) -> None:
    assert sync_client.get("/api/v1/health").json()["status"] == "healthy"


def test_the_database_is_postgresql(db: Session) -> None:
    assert str(db.scalar(text("SELECT version()"))).startswith("PostgreSQL")


async def test_the_asynchronous_session_reaches_the_same_database(
    db: Session, async_db: AsyncSession
) -> None:
    name = text("SELECT current_database()")

    assert await async_db.scalar(name) == db.scalar(name)


async def test_who_logs_in_is_known(auth_client: AsyncClient, test_user: User) -> None:
    response = await auth_client.get("/api/v1/users/me")

    assert response.status_code == 200
    assert response.json()["username"] == test_user.username


def test_a_synchronous_login_likewise(auth_sync_client: TestClient, test_user: User) -> None:
    assert auth_sync_client.get("/api/v1/me").json()["email"] == test_user.email


async def test_who_is_logged_out_stays_so_beside_who_is_logged_in(
    client: AsyncClient, auth_client: AsyncClient
) -> None:
    assert (await client.get("/api/v1/me")).status_code == 401
    assert (await auth_client.get("/api/v1/me")).status_code == 200
