"""Every scenario on separate connections and in a test: where they differ, a note says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from .scenarios import (
    alone,
    background,
    concurrency,
    configuration,
    constraints,
    control,
    driver,
    engines,
    errors,
    failed,
    inner,
    limits,
    locks,
    mixed,
    requests,
    sessions,
    sockets,
    sqlmodel_sessions,
    streams,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

    from .theme import Scenario

THEMES = [
    module.theme
    for module in (
        alone,
        background,
        concurrency,
        configuration,
        constraints,
        control,
        driver,
        engines,
        errors,
        failed,
        inner,
        limits,
        locks,
        mixed,
        requests,
        sessions,
        sockets,
        sqlmodel_sessions,
        streams,
    )
]
SCENARIOS = {scenario.name: scenario for theme in THEMES for scenario in theme.scenarios}
LIMITS = {name for name, each in SCENARIOS.items() if each.separately != each.pinned}


@pytest.mark.parametrize("name", sorted(SCENARIOS.keys() - LIMITS))
def test_agrees_with_separate_connections(
    name: str,
    separately: Callable[[Scenario], Any],
    in_a_test: Callable[[Scenario], Any],
    pinned: PinnedConnection,
) -> None:
    scenario = SCENARIOS[name]

    assert separately(scenario) == scenario.separately
    assert in_a_test(scenario) == scenario.pinned
    assert [note for note in pinned.notes if not says(note, scenario)] == []


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_limit_is_noted_or_refused(
    name: str,
    separately: Callable[[Scenario], Any],
    in_a_test: Callable[[Scenario], Any],
    pinned: PinnedConnection,
) -> None:
    scenario = SCENARIOS[name]

    assert separately(scenario) == scenario.separately
    assert in_a_test(scenario) == scenario.pinned
    if scenario.note:
        assert any(says(note, scenario) for note in pinned.notes), pinned.notes
    else:
        assert re.search(
            "IsolationError|EscapedTransactionError|OperationalError", str(scenario.pinned)
        )


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_database_of_its_own_has_no_limit(
    name: str, in_a_test_of_its_own: Callable[[Scenario], Any]
) -> None:
    scenario = SCENARIOS[name]

    assert in_a_test_of_its_own(scenario) == scenario.separately


def says(note: str, scenario: Scenario) -> bool:
    """Whether the note says what is expected, and what to do about it."""
    return bool(scenario.note and re.search(scenario.note, note) and "committed_db" in note)
