"""A scenario that failed half-way, explained: where, at which row of which factory, and why."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factory.builder import BuildStep, StepBuilder

from factoryfloor.errors import ScenarioFailedError

if TYPE_CHECKING:
    from types import TracebackType

    from .definition import Scenario


def failure(
    scenario: Scenario[..., Any], error: Exception, rows: int, root: Path
) -> ScenarioFailedError:
    """The error that tells why, after how many `rows` of objects.

    `root` is the project's folder.
    """
    place = _place(error, root) or scenario.place
    return ScenarioFailedError(
        f"the scenario {scenario.name!r} failed at {place}{_row(error.__traceback__)}, "
        f"{_count(rows)} written before, and nothing of it is left: "
        f"{type(error).__name__}: {error}"
    )


def _count(rows: int) -> str:
    return "one row" if rows == 1 else f"{rows} rows"


def _place(error: Exception, root: Path) -> str | None:
    """The project's own line that was running, outermost calls aside."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(root) and "site-packages" not in frame.filename
    ]
    if not own:
        return None
    return f"{Path(own[-1].filename).relative_to(root)}:{own[-1].lineno}"


def _row(walked: TracebackType | None) -> str:
    """The factory at work, and the number of its sequence for the row that it was making."""
    found = ""
    while walked is not None:
        known = walked.tb_frame.f_locals
        step, builder = known.get("step"), known.get("self")
        if isinstance(step, BuildStep) and isinstance(builder, StepBuilder):
            name = builder.factory_meta.factory.__name__
            found = f", in {name} (number {step.sequence} of its sequence)"
        walked = walked.tb_next
    return found
