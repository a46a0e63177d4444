"""Problems as tests provoke and read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.database import get_db
from app.main import app

if TYPE_CHECKING:
    import pytest
    from httpx import Response


def fail_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every endpoint on the database raise this."""

    def broken() -> None:
        raise error

    monkeypatch.setitem(app.dependency_overrides, get_db, broken)


def refused(response: Response, status: int) -> dict[str, Any]:
    """The problem that a response holds, of the form that all have."""
    problem: dict[str, Any] = response.json()
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status
    assert problem["instance"] == response.request.url.raw_path.decode().split("?")[0]
    return problem
