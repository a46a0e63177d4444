"""A result that cannot be kept, or would come back as something else, is refused with its place."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from factoryfloor.errors import ScenarioDefinitionError
from factoryfloor.scenarios import encode


class Base(DeclarativeBase):
    """The base."""


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)


@dataclass(frozen=True)
class Made:
    order: Order


class Pair(NamedTuple):
    left: int
    right: int


def test_an_object_that_was_never_written_is_refused_with_its_place() -> None:
    made = Made(Order())

    with pytest.raises(ScenarioDefinitionError, match=r"the result\.order is a Order that was nev"):
        encode(made)


def test_what_cannot_be_kept_is_refused_with_its_place() -> None:
    with pytest.raises(ScenarioDefinitionError, match=r"made\[1\] is a object, which cannot"):
        encode([1, object()], "made")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_does_not_have_is_refused_with_its_place(value: float) -> None:
    with pytest.raises(ScenarioDefinitionError, match=rf"made\['a'\]\[1\] is {value}, which JSON"):
        encode({"a": [1.5, value]}, "made")


def test_a_named_tuple_is_refused_with_its_place() -> None:
    with pytest.raises(
        ScenarioDefinitionError, match=r"made\[0\] is a Pair, a named tuple, .*: mak"
    ):
        encode([Pair(1, 2)], "made")


def test_an_object_of_a_class_that_cannot_be_imported_is_refused_with_its_place() -> None:
    @dataclass
    class Local:
        number: int

    class Size(enum.Enum):
        SMALL = 1

    for value, name in [(Local(1), "Local"), (Size.SMALL, "Size")]:
        with pytest.raises(
            ScenarioDefinitionError,
            match=rf"made\[0\] is a {name}, a class .* as tests\..*<locals>\.{name}: define it at",
        ):
            encode([value], "made")


def test_a_key_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ScenarioDefinitionError, match="has the key 1; let keys be texts"):
        encode({1: "one"})
