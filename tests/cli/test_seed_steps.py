"""How far a seeding is can be seen on a terminal, and only there."""

from __future__ import annotations

import io

from rich.console import Console

from factoryfloor.cli.seeding import Steps


def shown(*, terminal: bool, expected: int | None = None) -> str:
    """What is written while two rows come."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100, color_system=None)
    with Steps(console) as steps:
        steps.expect(expected)
        steps.begin("rows")
        steps.written(2)
    return stream.getvalue()


def test_a_terminal_shows_the_rows_of_how_many() -> None:
    assert "2 of 3 rows" in shown(terminal=True, expected=3)


def test_what_was_never_built_has_no_end_to_be_seen() -> None:
    assert "2 rows" in shown(terminal=True)


def test_more_than_there_were_is_no_more_than_all() -> None:
    assert "2 of 2 rows" in shown(terminal=True, expected=1)


def test_elsewhere_nothing_is_shown() -> None:
    assert shown(terminal=False, expected=3) == ""


def test_each_step_is_timed_by_the_name_that_it_has_at_its_end() -> None:
    with Steps(Console(file=io.StringIO())) as steps:
        steps.begin("rows")
        steps.begin("freezing")
        steps.end("frozen")
        steps.end()

    assert list(steps.seconds) == ["rows", "frozen"]
