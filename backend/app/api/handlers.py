"""What becomes of each exception: a problem that says what to do next, and no secret."""

from __future__ import annotations

import json
import re
from decimal import DecimalException
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.services.errors import FilaOpsError, InvalidInputError, NotFoundError, RuleError

from .contradictions import in_words
from .problems import MEDIA_TYPE, methods_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

STATUS_OF: dict[type[FilaOpsError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RuleError: HTTPStatus.CONFLICT,
    FilaOpsError: HTTPStatus.CONFLICT,
}
OUT_OF_RANGE = "A value is out of the range that can be stored"
COLLISION = "Somebody else changed the same at the same time; repeat your change"
UNEXPECTED = "FilaOps failed; its log says why"


class ProblemResponse(Response):
    """Problem details as JSON that every reader accepts."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        """JSON in which half a surrogate pair, which UTF-8 cannot hold, is a question mark."""
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def add_handlers(app: FastAPI) -> None:
    """Have the application answer every exception with problem details."""
    app.exception_handlers.update(
        {
            FilaOpsError: refuse_by_rule,
            HTTPException: refuse_by_status,
            RequestValidationError: refuse_values,
            DataError: refuse_what_no_column_can_hold,
            DecimalException: refuse_what_no_column_can_hold,
            IntegrityError: refuse_contradiction,
            OperationalError: refuse_collision,
            Exception: admit_failure,
        }
    )


async def refuse_by_rule(request: Request, error: FilaOpsError) -> Response:
    """The status of the nearest class that has one; the error's own name is the problem's type."""
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error"))
    kind = f"urn:filaops:{words.lower().replace(' ', '-')}"
    return _problem(request, status, str(error), type=kind, title=words.capitalize())


async def refuse_by_status(request: Request, error: HTTPException) -> Response:
    """What FastAPI, Starlette or a dependency refused, with the headers that belong to it."""
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Starlette names those of the first route that it finds
        headers["Allow"] = ", ".join(methods_of(request)) or headers["Allow"]
    return _problem(request, error.status_code, error.detail, headers=headers)


async def refuse_values(request: Request, error: RequestValidationError) -> Response:
    """422 that names each value that is not acceptable, but does not repeat it.

    405 if `expire` or `me` was taken for an id, because its own path has no such method.
    """
    if (methods := methods_of(request)) and request.method not in methods:
        return await refuse_by_status(request, HTTPException(HTTPStatus.METHOD_NOT_ALLOWED))
    errors = [{key: each[key] for key in ("loc", "msg", "type")} for each in error.errors()]
    detail = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in errors)
    return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


async def refuse_what_no_column_can_hold(request: Request, _error: Exception) -> Response:
    """422 for a number beyond its column's range, or what is computed from such numbers."""
    return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, OUT_OF_RANGE)


async def refuse_contradiction(request: Request, error: IntegrityError) -> Response:
    """409 for a value that is taken, or for a row that others refer to or that does not exist.

    422 for what a check of one row alone refuses.
    """
    if detail := in_words(error):
        return _problem(request, HTTPStatus.CONFLICT, detail)
    return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, OUT_OF_RANGE)


async def refuse_collision(request: Request, error: OperationalError) -> Response:
    """409 for a change that met another one, which the database let win."""
    if isinstance(error.orig, DeadlockDetected | SerializationFailure | LockNotAvailable):
        return _problem(request, HTTPStatus.CONFLICT, COLLISION)
    raise error


async def admit_failure(request: Request, _error: Exception) -> Response:
    """500 that tells nothing of the exception, which the server logs."""
    return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)


def _problem(
    request: Request,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": quote(request.scope["path"]),
    } | members
    if status == HTTPStatus.UNPROCESSABLE_ENTITY and "errors" not in members:
        content["errors"] = [{"loc": [], "msg": detail, "type": "not_acceptable"}]
    return ProblemResponse(content, status, headers)
