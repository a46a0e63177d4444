"""Who may log in, and who may make users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.auth import create_access_token
from app.models import User
from tests.factories import UserFactory

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.api

NEW = {"username": "grace", "email": "grace@example.com", "password": "compilers!"}


def log_in_as(client: AsyncClient, user: User) -> None:
    client.headers["Authorization"] = f"Bearer {create_access_token(user.id)}"


@pytest.mark.parametrize(
    "username,password",
    [("ada", "wrong"), ("nobody", "testpass123"), ("ADA", "testpass123"), ("gone", "testpass123")],
)
async def test_a_login_that_proves_nothing_is_refused_alike(
    client: AsyncClient, username: str, password: str
) -> None:
    UserFactory.create(username="ada")
    UserFactory.create(username="gone", inactive=True)

    response = await client.post(
        "/api/v1/auth/login", data={"username": username, "password": password}
    )

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json() == {"detail": "Incorrect username or password"}


async def test_a_user_who_leaves_is_logged_out_at_once(client: AsyncClient, db: Session) -> None:
    user = UserFactory.create()
    log_in_as(client, user)
    assert (await client.get("/api/v1/me")).status_code == 200

    user.is_active = False
    db.commit()

    assert (await client.get("/api/v1/me")).status_code == 401


async def test_an_administrator_makes_users_who_can_log_in(client: AsyncClient) -> None:
    log_in_as(client, UserFactory.create(admin=True))

    made = await client.post("/api/v1/users", json=NEW)
    login = await client.post("/api/v1/auth/login", data=NEW)

    assert made.status_code == 201
    assert made.json()["role"] == "viewer"
    assert "password" not in made.text
    assert login.status_code == 200


async def test_a_taken_username_is_a_conflict_and_changes_nothing(
    client: AsyncClient, db: Session
) -> None:
    log_in_as(client, UserFactory.create(admin=True))
    UserFactory.create(username="grace")

    refused = await client.post("/api/v1/users", json=NEW)
    retried = await client.post("/api/v1/users", json=NEW | {"username": "hopper"})

    assert (refused.status_code, retried.status_code) == (409, 201)
    assert db.scalar(select(func.count()).select_from(User)) == 3


@pytest.mark.parametrize("role", ["planner", "operator", "viewer"])
async def test_only_administrators_see_and_make_users(client: AsyncClient, role: str) -> None:
    log_in_as(client, UserFactory.create(role=role))

    assert (await client.get("/api/v1/users")).status_code == 403
    assert (await client.post("/api/v1/users", json=NEW)).status_code == 403


async def test_text_that_no_column_can_hold_is_the_callers_mistake(client: AsyncClient) -> None:
    response = await client.post(
        "/api/v1/auth/login", data={"username": "a\0b", "password": "testpass123"}
    )

    assert response.status_code == 422
