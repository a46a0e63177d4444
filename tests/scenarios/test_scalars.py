"""Values without parts are written as JSON has them, or as texts, by their base where need be."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from factoryfloor.scenarios import data_of, decode, encode


class FrozenDay(date):
    """As libraries have that freeze time."""

    def isoformat(self) -> str:
        return f"frozen on {super().isoformat()}"


class FrozenMoment(datetime):
    """The same."""


class Metres(int):
    """A number with a meaning."""

    def __repr__(self) -> str:
        return f"{int(self)} m"


class Amount(Decimal):
    """The same."""

    def __str__(self) -> str:
        return f"€ {super().__str__()}"


class Label(str):
    """A text with a meaning."""

    __slots__ = ()


def test_amounts_and_times_are_told_as_texts() -> None:
    moment = datetime(2031, 5, 1, 7, 30, tzinfo=UTC)

    found = data_of([Decimal("2.50"), moment.date(), moment, time(7)])

    assert found == ["2.50", "2031-05-01", "2031-05-01T07:30:00+00:00", "07:00:00"]


def test_a_decimal_that_is_no_number_is_kept_as_its_text() -> None:
    found: Decimal = decode(encode(Decimal("NaN")), Session())

    assert found.is_nan()


@pytest.mark.parametrize(
    "value,base,told",
    [
        (FrozenDay(2031, 5, 1), date(2031, 5, 1), "2031-05-01"),
        (
            FrozenMoment(2031, 5, 1, 7, tzinfo=UTC),
            datetime(2031, 5, 1, 7, tzinfo=UTC),
            "2031-05-01T07:00:00+00:00",
        ),
        (Metres(7), 7, 7),
        (Amount("2.50"), Decimal("2.50"), "2.50"),
        (Label("SO-1"), "SO-1", "SO-1"),
    ],
)
def test_a_value_of_a_subclass_is_kept_and_told_as_one_of_its_base(
    value: Any, base: Any, told: Any
) -> None:
    found = decode(json.loads(json.dumps(encode(value))), Session())

    assert (type(found), found) == (type(base), base)
    assert (type(data_of(value)), data_of(value)) == (type(told), told)
