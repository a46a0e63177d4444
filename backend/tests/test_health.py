"""FilaOps answers, on its database, to those who are logged in."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from app.database import get_db
from app.main import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi.testclient import TestClient
    from httpx import AsyncClient
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.models import User

pytestmark = pytest.mark.api


async def test_the_application_is_healthy(client: AsyncClient) -> None:
    response = await client.get("/api/v1/health")

    assert response.status_code == 200
    assert response.json() == {"status": "healthy", "database": "ok"}


def test_the_synchronous_client_finds_it_healthy_too(sync_client: TestClient) -> None:
    assert sync_client.get("/api/v1/health").json()["status"] == "healthy"


@pytest.fixture
def no_answer(scratch_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application's database is at a port of this machine that nobody listens on.

    Only engines on a scratch database connect where their URL says.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens, so that every connection is refused
        host, port = taken.getsockname()
        engine = create_engine(make_url(scratch_database).set(host=host, port=port, query={}))
        monkeypatch.setitem(app.dependency_overrides, get_db, lambda: Session(engine))
        yield
        engine.dispose()


async def test_without_its_database_it_is_unhealthy(client: AsyncClient, no_answer: None) -> None:
    response = await client.get("/api/v1/health")

    assert response.status_code == 503
    assert response.json() == {"status": "unhealthy", "database": "unreachable"}


async def test_health_needs_one_statement(
    client: AsyncClient, query_counter: Callable[[], int]
) -> None:
    await client.get("/api/v1/health")

    assert query_counter() == 1


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
