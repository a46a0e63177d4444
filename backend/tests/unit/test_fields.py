"""What each type of value takes, and that its JSON schema says the same."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.api import fields

pytestmark = pytest.mark.unit


def taken(kind: Any, value: Any) -> Any:
    """What a type makes of a value."""
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    "kind,value,result",
    [
        (fields.Money, "19.9", Decimal("19.9")),
        (fields.Money, 19.99, Decimal("19.99")),
        (fields.Money, 0, Decimal(0)),
        (fields.Money, "0.00", Decimal(0)),
        (fields.Money, "9999999999.99", Decimal("9999999999.99")),
        (fields.UnitCost, 0.0249, Decimal("0.0249")),
        (fields.Quantity, "0.0001", Decimal("0.0001")),
        (fields.Quantity, "99999999.9999", Decimal("99999999.9999")),
        (fields.Movement, "-0.5", Decimal("-0.5")),
        (fields.Movement, -3, Decimal(-3)),
        (fields.QuantityPer, "99999.9999", Decimal("99999.9999")),
        (fields.ScrapFactor, "9.9999", Decimal("9.9999")),
        (fields.Pieces, 1_000_000, 1_000_000),
        (fields.Pieces, 3.0, 3),
        (fields.PiecesOrNone, 0, 0),
        (fields.Days, 3650, 3650),
        (fields.Day, "2024-02-29", date(2024, 2, 29)),
        (fields.Code, "PLA white", "PLA white"),
        (fields.Name, " Ada", " Ada"),
        (fields.Prose, "one\ntwo", "one\ntwo"),
        (fields.Prose, "", ""),
        (fields.Switch, False, False),
    ],
)
def test_a_value_that_its_column_can_store_is_taken(kind: Any, value: Any, result: Any) -> None:
    found = taken(kind, value)

    assert (found, type(found)) == (result, type(result))


@pytest.mark.parametrize(
    "kind,value",
    [
        (fields.Money, "19.999"),
        (fields.Money, 19.999),
        (fields.Money, "-0.01"),
        (fields.Money, "10000000000"),
        (fields.Money, 1e10),
        (fields.Money, "NaN"),
        (fields.Money, float("nan")),
        (fields.Money, float("inf")),
        (fields.Money, "+1"),
        (fields.Money, "01"),
        (fields.Money, " 1"),
        (fields.Money, "1."),
        (fields.Money, "\u0661"),
        (fields.Money, True),
        (fields.Money, None),
        (fields.UnitCost, "0.00001"),
        (fields.UnitCost, "100000000"),
        (fields.Quantity, 0),
        (fields.Quantity, "0.0000"),
        (fields.Quantity, "-1"),
        (fields.Movement, 0),
        (fields.Movement, "-0.00001"),
        (fields.QuantityPer, 100_000),
        (fields.ScrapFactor, 10),
        (fields.Pieces, 0),
        (fields.Pieces, 1_000_001),
        (fields.Pieces, 1.5),
        (fields.Pieces, "1"),
        (fields.Pieces, True),
        (fields.Pieces, float("inf")),
        (fields.PiecesOrNone, -1),
        (fields.Reference, 2_147_483_648),
        (fields.Days, 3651),
        (fields.Day, "2023-02-29"),
        (fields.Day, "0999-12-31"),
        (fields.Day, "9000-01-01"),
        (fields.Day, "2024-2-9"),
        (fields.Day, "1700000000"),
        (fields.Day, 1_700_000_000),
        (fields.Code, ""),
        (fields.Code, "PLA "),
        (fields.Code, "P\tLA"),
        (fields.Code, "x" * 41),
        (fields.Name, " "),
        (fields.Name, "Ada\n"),
        (fields.Name, "Ada\0"),
        (fields.Name, "\ud800"),
        (fields.Prose, "a\0b"),
        (fields.Prose, "x" * 2001),
        (fields.Email, "ada"),
        (fields.Email, "a b@example.com"),
        (fields.Switch, 1),
        (fields.Switch, "true"),
        (fields.Flag, "yes"),
        (fields.Flag, "1"),
    ],
)
def test_a_value_that_its_column_cannot_store_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        taken(kind, value)


AMOUNTS = [fields.Money, fields.Quantity, fields.QuantityOrNone, fields.Movement]
TEXTS = ["0", "0.0", "0.00", "0.1", "1", "1.20", "10.25", "00", "1.", ".5", "-1", "-0.5", "1e1", ""]


@pytest.mark.parametrize("kind", AMOUNTS)
@pytest.mark.parametrize("text", TEXTS)
def test_the_text_of_an_amount_is_taken_exactly_if_its_schema_says_so(kind: Any, text: str) -> None:
    (pattern,) = (
        each["pattern"] for each in TypeAdapter(kind).json_schema()["anyOf"] if "pattern" in each
    )

    try:
        found = taken(kind, text)
    except ValidationError:
        found = None

    assert (found is not None) == bool(re.search(pattern, text))
    assert found is None or found == Decimal(text)


@pytest.mark.parametrize("kind", AMOUNTS)
@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_the_bounds_of_an_amount_are_taken_and_what_is_beyond_refused(
    kind: Any, bound: str
) -> None:
    for numbers in TypeAdapter(kind).json_schema()["anyOf"]:
        if bound in numbers:
            step = Decimal(str(numbers["multipleOf"]))
            outwards = step if bound == "maximum" else -step
            edge = Decimal(str(numbers[bound]))
            assert taken(kind, edge) == edge
            # the two ranges of a movement leave out the zero between them alone
            with pytest.raises(ValidationError):
                taken(kind, edge + outwards)


@pytest.mark.parametrize("value,kept", [({}, {}), ({"name": "Ada"}, {"name": "Ada"})])
def test_an_edit_changes_what_was_sent_and_leaves_the_rest(
    value: dict[str, str], kept: dict[str, str]
) -> None:
    class NameEdit(fields.Edit):
        name: fields.Name = fields.NOT_GIVEN
        email: fields.Email | None = None

    edit = NameEdit.model_validate({"version": 3} | value)

    assert (edit.version, edit.changes()) == (3, kept)
