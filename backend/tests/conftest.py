"""What only FilaOps knows: its user, and how one logs in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.factories import UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from httpx import AsyncClient

    from app.models import User

LOGIN = "/api/v1/auth/login"


@pytest.fixture
def test_user() -> User:
    """An active user whose password is `testpass123`."""
    return UserFactory.create()


@pytest.fixture
async def auth_client(make_client: Callable[[], AsyncClient], test_user: User) -> AsyncClient:
    """An asynchronous client, logged in as `test_user`."""
    client = make_client()
    response = await client.post(LOGIN, data=_credentials(test_user))
    client.headers["Authorization"] = _authorization(response.status_code, response.text)
    return client


@pytest.fixture
def auth_sync_client(make_sync_client: Callable[[], TestClient], test_user: User) -> TestClient:
    """A synchronous client, logged in as `test_user`."""
    client = make_sync_client()
    response = client.post(LOGIN, data=_credentials(test_user))
    client.headers["Authorization"] = _authorization(response.status_code, response.text)
    return client


def _credentials(user: User) -> dict[str, str]:
    return {"username": user.username, "password": "testpass123"}


def _authorization(status: int, body: str) -> str:
    if status != 200:
        raise RuntimeError(f"the login of the fixture failed: {status} {body}")
    return f"Bearer {json.loads(body)['access_token']}"
