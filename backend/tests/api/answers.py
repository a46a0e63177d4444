"""What FilaOps answers: what was asked for, or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from httpx import Response


async def answer(request: Awaitable[Response], status: int = 200) -> Any:
    """What a response with this status holds."""
    response = await request
    assert response.status_code == status, response.text
    return response.json()


async def refusal(request: Awaitable[Response], status: int = 409) -> str:
    """Why a request was refused with this status, for people."""
    problem = await answer(request, status)
    assert problem["status"] == status
    detail: str = problem["detail"]
    return detail


async def refused_fields(request: Awaitable[Response]) -> set[str]:
    """The last name of each value that was not acceptable."""
    problem = await answer(request, 422)
    return {str(error["loc"][-1]) for error in problem["errors"]}
