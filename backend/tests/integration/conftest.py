"""Who takes part in a story: planners, operators and viewers, each with a client of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.auth import create_access_token

from .people import AsyncWorker, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from httpx import AsyncClient

    from tests.factories import UserFactory


def _worker(role: str) -> Any:
    @pytest.fixture
    def worker(
        make_sync_client: Callable[[], TestClient], user_factory: type[UserFactory]
    ) -> Worker:
        """Somebody who is logged in with a role."""
        return Worker(_logged_in(make_sync_client(), user_factory.create(role=role).id))

    return worker


def _async_worker(role: str) -> Any:
    @pytest.fixture
    def worker(
        make_client: Callable[[], AsyncClient], user_factory: type[UserFactory]
    ) -> AsyncWorker:
        """The same, with an asynchronous client."""
        return AsyncWorker(_logged_in(make_client(), user_factory.create(role=role).id))

    return worker


def _logged_in(client: Any, user_id: int) -> Any:
    client.base_url = client.base_url.join("/api/v1/")
    client.headers["Authorization"] = f"Bearer {create_access_token(user_id)}"
    return client


admin, planner, operator, viewer = map(_worker, ("admin", "planner", "operator", "viewer"))
async_planner, async_operator, async_viewer = map(_async_worker, ("planner", "operator", "viewer"))
