"""How every refusal reads: the problem details of RFC 9457."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import compile_path

if TYPE_CHECKING:
    from fastapi import Request

MEDIA_TYPE = "application/problem+json"
SCHEMAS = "#/components/schemas/"

Responses: TypeAlias = dict[int | str, dict[str, Any]]
"""What FastAPI takes as `responses`."""


class Problem(BaseModel):
    """Why a request was refused; `detail` is for people, `type` for programs."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class InvalidValue(BaseModel):
    """One value that could not be read: where it stood, and what is wrong with it."""

    loc: list[str | int]
    msg: str
    type: str


class ValidationProblem(Problem):
    """A problem with values of the request, each named."""

    errors: list[InvalidValue]


DESCRIPTIONS = {
    400: "The body cannot be read",
    401: "No valid token",
    403: "The user's role does not allow it",
    404: "No such row",
    409: "The state that things are in does not allow it",
    422: "A value is not acceptable",
}


def problems(*codes: int) -> Responses:
    """The documentation of the refusals that an endpoint can give beside 400, 401 and 422.

    Those three are added to every operation with a body, behind a login, and with parameters.
    """
    return {code: _documented(code) for code in codes}


def with_problems(description: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI description in which every operation states the refusals that follow its form."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    if Problem.__name__ in schemas:
        return description
    schemas.update(_schemas())
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for operations in description["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return description


def methods_of(request: Request) -> list[str]:
    """The methods that the OpenAPI description gives the path of a request."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    operations = paths.get(path) or next(
        (found for each, found in paths.items() if compile_path(each)[0].match(path)), {}
    )
    return sorted(method.upper() for method in operations)


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "requestBody" in operation:
        responses["400"] = _documented(400)
    if "security" in operation:
        responses["401"] = _documented(401)
    if "requestBody" in operation or "parameters" in operation:
        responses["422"] = _documented(422)


def _documented(code: int) -> dict[str, Any]:
    model = ValidationProblem if code == HTTPStatus.UNPROCESSABLE_ENTITY else Problem
    schema = {"$ref": f"{SCHEMAS}{model.__name__}"}
    return {"description": DESCRIPTIONS[code], "content": {MEDIA_TYPE: {"schema": schema}}}


def _schemas() -> dict[str, Any]:
    models = [(Problem, "serialization"), (ValidationProblem, "serialization")]
    # pydantic's Literal is not inferred in a list
    _, found = models_json_schema(models, ref_template=f"{SCHEMAS}{{model}}")  # type: ignore[arg-type]
    return dict(found["$defs"])
