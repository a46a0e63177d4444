"""Tests that ask for a scenario that they cannot stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugin.shelf import give_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def scenarios(shop: Path) -> None:
    """The shop has scenarios."""
    give_scenarios(shop)


def test_a_world_without_a_scenario_is_told_what_to_write(
    run: Callable[..., pytest.RunResult],
) -> None:
    result = run(test_it="def test_it(world): pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*mark it @pytest.mark.scenario("name").'])


@pytest.mark.parametrize(
    "marker, said",
    [
        ('"shlef"', "*there is no scenario 'shlef'; there are shelf, *"),
        ("", "*scenario() does not say which: *missing *'name'. Write *"),
        ('"shelf", size=3', "*scenario('shelf', size=) does not say which: *'size'. Write *"),
        ('"shelf", scale=0', "*the scale of 'shelf' must be 1 or more; it is 0."),
        (
            '"broken"',
            "*the scenario 'broken' failed at shop*scenarios.py:*, 6 rows written before*",
        ),
    ],
)
def test_a_scenario_that_cannot_be_stood_on_fails_its_test_alone(
    run: Callable[..., pytest.RunResult], marker: str, said: str
) -> None:
    result = run(
        test_it=f"""
import pytest

@pytest.mark.scenario({marker})
def test_it(db):
    pass

def test_other(author):
    assert author.id
"""
    )

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([said])
