"""How a scenario is judged: what its books say, and what its administrator is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.services.order_truths import broken
from tests.services.truths import broken_truths

from .people import Worker, shown

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from tests.scenarios import Credentials


def logged_in(client: TestClient, who: Credentials) -> Worker:
    """Somebody at their screen who logged in with these credentials."""
    client.base_url = client.base_url.join("/api/v1/")
    form = {"username": who.username, "password": who.password}
    token = shown(client.post("auth/login", data=form))["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return Worker(client)


def untrue(db: Session) -> list[str]:
    """Each truth that a row breaks, of a row for itself and of the books as a whole."""
    db.expire_all()
    return [*broken_truths(db), *broken(db)]
