"""What a scenario says of itself, and what it may not be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from factoryfloor import scenario
from factoryfloor.errors import ScenarioDefinitionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from decimal import Decimal

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Made:
    """What was made."""

    weight: Decimal | None = None


def made() -> Made:
    """Nothing but what was made."""
    return Made()


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


@pytest.mark.parametrize(
    "name", ["", "Big-Order", "big order", "big--order", "-big", "big.", "größe", "a/b", "big\n"]
)
def test_a_name_that_no_door_could_be_given_is_refused(name: str) -> None:
    said = rf"\({__file__}:\d+\) is called {re.escape(repr(name))}, .* such as \"big-order\""

    with pytest.raises(ScenarioDefinitionError, match=said):
        scenario(name)(made)
    with pytest.raises(ScenarioDefinitionError, match=said):
        scenario("fine", aliases=["fine-too", name])(made)


@pytest.mark.parametrize("name", ["a", "7", "big-order", "big_order.v2", "2nd"])
def test_names_are_words_with_single_marks_between_them(name: str) -> None:
    assert scenario(name)(made).name == name


async def awaited() -> Made:
    return Made()


async def awaited_in_turn() -> AsyncIterator[Made]:
    yield Made()


def yielded() -> Iterator[Made]:
    yield Made()


@pytest.mark.parametrize(
    "function,what",
    [
        (awaited, "is an `async def`, which nobody awaits; write it as a plain `def`"),
        (awaited_in_turn, "is an `async def`"),
        (yielded, "yields; let it return what it made"),
    ],
)
def test_a_function_that_does_not_run_when_it_is_called_is_refused(
    function: Callable[[], Any], what: str
) -> None:
    with pytest.raises(ScenarioDefinitionError, match=rf"'one' \(.*:\d+\) {what}"):
        scenario("one")(function)


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


def test_an_annotation_of_what_a_module_does_not_have_is_told() -> None:
    @scenario("one")
    def one() -> re.Nothing:  # type: ignore[name-defined]  # that is what is tested
        """A row."""

    with pytest.raises(ScenarioDefinitionError, match=r"cannot be read: .* no attribute 'Nothing'"):
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
