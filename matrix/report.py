"""The closing table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .suites import Outcome

HEADINGS = ("combination", "SQLAlchemy", "psycopg", "PostgreSQL", "library", "FilaOps", "seconds")


@dataclass(frozen=True)
class Result:
    """What came of a combination: its outcomes, or why there are none."""

    name: str
    versions: tuple[str, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    missing: str = ""
    """What this machine would need to have the combination."""
    broken: str = ""
    """Why its environment or server could not be made."""

    @property
    def failed(self) -> bool:
        """Whether anything of it ended other than well; what is missing did not."""
        return bool(self.broken) or any(each.failures for each in self.outcomes.values())

    def row(self) -> tuple[str, ...]:
        """Its cells under the headings."""
        suites = (str(self.outcomes[suite]) for suite in ("library", "FilaOps"))
        seconds = sum(each.seconds for each in self.outcomes.values())
        return (self.name, *self.versions, *suites, f"{seconds:.0f}")


def table(results: Iterable[Result]) -> str:
    """All results, aligned; a combination without outcomes says why."""
    results = list(results)
    rows = [HEADINGS, *(each.row() for each in results if each.outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines += [
        f"{each.name}: not on this machine: {each.missing}" for each in results if each.missing
    ]
    lines += [f"{each.name}: broken: {each.broken}" for each in results if each.broken]
    return "\n".join(lines)
