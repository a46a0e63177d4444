"""What a scenario says of itself, and what it may not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from factoryfloor import scenario
from factoryfloor.errors import ScenarioDefinitionError

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Made:
    """What was made."""

    weight: Decimal | None = None


def test_it_is_called_as_the_function_it_is() -> None:
    @scenario("one")
    def one(db: int, *, scale: int = 3) -> tuple[int, int]:
        return db, scale

    assert one(1) == (1, 3)
    assert one(1, scale=5) == (1, 5)


def test_it_tells_its_names_its_description_and_its_size() -> None:
    @scenario("one", aliases=["single", "uno"])
    def one(db: Session, *, scale: int = 3) -> Made:
        """A row, told
        on two lines.

        And more of it.
        """
        return Made()

    assert (one.name, one.aliases) == ("one", ("single", "uno"))
    assert one.description == "A row, told on two lines."
    assert one.scale == 3
    assert one.result is Made
    assert one.place.startswith(f"{__file__}:")


def test_one_without_sizes_has_no_scale() -> None:
    @scenario("one")
    def one() -> Made:
        """A row."""
        return Made()

    assert one.scale is None


def test_a_parameter_that_nobody_gives_is_refused() -> None:
    with pytest.raises(ScenarioDefinitionError, match=r"'one' \(.*\) takes 'size'; it may take"):

        @scenario("one")
        def one(size: int) -> Made:
            return Made()


def test_a_result_that_is_no_dataclass_is_refused() -> None:
    @scenario("one")
    def one() -> dict[str, int]:
        """A row."""
        return {}

    with pytest.raises(ScenarioDefinitionError, match="returns no dataclass"):
        one.check()


def test_an_annotation_that_names_nothing_is_told() -> None:
    @scenario("one")
    def one() -> Nothing:  # type: ignore[name-defined]  # noqa: F821 - that is what is tested
        """A row."""

    with pytest.raises(ScenarioDefinitionError, match="'Nothing' is not defined"):
        one.check()


def test_one_without_a_description_is_refused() -> None:
    @scenario("one")
    def one() -> Made:
        return Made()

    with pytest.raises(ScenarioDefinitionError, match="has no docstring"):
        one.check()


def test_a_scale_without_a_default_is_refused() -> None:
    @scenario("one")
    def one(scale: int) -> Made:
        """A row."""
        return Made()

    with pytest.raises(ScenarioDefinitionError, match="write `scale: int = 1`"):
        one.check()
