"""How a test calls FilaOps as a user of its choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.auth import create_access_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient

    from app.models import User
    from tests.factories import UserFactory


@pytest.fixture
def client_of(make_client: Callable[[], AsyncClient]) -> Callable[[User], AsyncClient]:
    """Called with a user, it returns a client that is logged in as them."""

    def log_in(user: User) -> AsyncClient:
        client = make_client()
        client.headers["Authorization"] = f"Bearer {create_access_token(user.id)}"
        return client

    return log_in


def _logged_in(**columns: Any) -> Any:
    @pytest.fixture
    def role_client(
        client_of: Callable[[User], AsyncClient], user_factory: type[UserFactory]
    ) -> AsyncClient:
        """A client that is logged in as a new user of one role."""
        return client_of(user_factory.create(**columns))

    return role_client


admin_client = _logged_in(admin=True, username="root", email="root@example.com")
planner_client = _logged_in(planner=True)
operator_client = _logged_in(operator=True)
viewer_client = _logged_in(viewer=True)
