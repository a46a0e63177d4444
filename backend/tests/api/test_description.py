"""The OpenAPI description says what is really sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from app.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.api

DESCRIPTION = app.openapi()
OPERATIONS = {
    f"{method} {path}": operation
    for path, operations in DESCRIPTION["paths"].items()
    for method, operation in operations.items()
}
every_operation = pytest.mark.parametrize("name", OPERATIONS)


@every_operation
def test_the_refusals_that_follow_an_operations_form_are_described(name: str) -> None:
    operation = OPERATIONS[name]

    described = operation["responses"].keys()

    takes_values = "parameters" in operation or "requestBody" in operation
    assert ("400" in described) == ("requestBody" in operation)
    assert "401" in described or "security" not in operation
    assert "422" in described or not takes_values


@every_operation
def test_every_refusal_is_described_as_a_problem(name: str) -> None:
    for code, response in OPERATIONS[name]["responses"].items():
        if code.startswith("4"):
            kind = "ValidationProblem" if code == "422" else "Problem"
            schema = {"$ref": f"#/components/schemas/{kind}"}
            assert response["content"] == {"application/problem+json": {"schema": schema}}


@every_operation
def test_an_operation_on_a_row_is_described_as_finding_none(name: str) -> None:
    if "{" in name:
        assert "404" in OPERATIONS[name]["responses"]


@every_operation
def test_every_page_is_described_with_the_length_of_the_whole_list(name: str) -> None:
    operation = OPERATIONS[name]
    parameters = {parameter["name"] for parameter in operation.get("parameters", ())}
    headers = operation["responses"].get("200", {}).get("headers", {})

    assert ("X-Total-Count" in headers) == ("offset" in parameters)
    assert ("limit" in parameters) == ("sort" in parameters) == ("offset" in parameters)


@every_operation
def test_every_number_of_a_row_stays_within_its_column(name: str) -> None:
    for parameter in OPERATIONS[name].get("parameters", ()):
        schema = parameter["schema"]
        if schema.get("type") == "integer":
            assert schema["minimum"] in {0, 1}
            assert schema["maximum"] <= 2_147_483_647


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def test_every_schema_that_is_named_is_described_and_none_in_vain() -> None:
    described = {f"#/components/schemas/{name}" for name in DESCRIPTION["components"]["schemas"]}

    assert set(references(DESCRIPTION)) == described


def test_the_description_is_the_same_each_time_it_is_asked_for() -> None:
    before = repr(DESCRIPTION)

    assert repr(app.openapi()) == before


@every_operation
def test_the_name_of_a_parameter_is_that_of_its_path(name: str) -> None:
    described = {
        parameter["name"]
        for parameter in OPERATIONS[name].get("parameters", ())
        if parameter["in"] == "path"
    }

    assert described == set(re.findall(r"{(\w+)}", name))
