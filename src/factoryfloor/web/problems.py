"""Refusals as problem details (RFC 9457): what was refused, why, and what to do."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from factoryfloor.errors import (
    FactoryFloorError,
    ForeignDatabaseError,
    ScaleError,
    ServerUnreachableError,
    UnknownScenarioError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request


class Problem(Exception):  # noqa: N818 - it is what RFC 9457 calls it
    """A refusal, raised where it is found; `members` are told beside its four own ones."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        members: Mapping[str, object] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.members = members or {}

    def response(self) -> Answer:
        """The response that tells it."""
        content = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
        }
        return Answer(
            {**content, **self.members},
            self.status,
            self.headers,
            media_type="application/problem+json",
        )


class Answer(Response):
    """JSON in ASCII alone, since a name that is told back may hold half a character."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return json.dumps(content).encode()


_STATUS: Final[Mapping[type[FactoryFloorError], HTTPStatus]] = {
    UnknownScenarioError: HTTPStatus.BAD_REQUEST,
    ForeignDatabaseError: HTTPStatus.FORBIDDEN,
    ScaleError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ServerUnreachableError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def told(_request: Request, problem: Exception) -> Response:
    """The response to a refusal."""
    assert isinstance(problem, Problem)
    return problem.response()


def explained(_request: Request, error: Exception) -> Response:
    """The response to an error that factoryfloor explains."""
    found = (status for kind, status in _STATUS.items() if isinstance(error, kind))
    members: dict[str, object] = {}
    if isinstance(error, UnknownScenarioError):
        members["scenarios"] = error.known
    if isinstance(error, ScaleError):
        members["field"] = "scale"
    status = next(found, HTTPStatus.INTERNAL_SERVER_ERROR)
    return Problem(status, str(error), members).response()


def refused(_request: Request, error: Exception) -> Response:
    """The response to what Starlette refuses, such as another method."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    return Problem(
        status, f"{status.description or status.phrase}.", headers=error.headers
    ).response()


def unexpected(_request: Request, _error: Exception) -> Response:
    """The response to an error that nobody expected, which is logged after it."""
    detail = "The test endpoints failed; the server's log says why."
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail).response()
