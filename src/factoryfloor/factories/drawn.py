"""What was drawn for data that tests share, so that their own is not the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from factory.base import _Counter

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Drawn:
    """Numbers of sequences by `module:factory`, and unique fakes by locale and provider."""

    numbers: dict[str, range] = field(default_factory=dict)
    fakes: dict[str, dict[Any, set[Any]]] = field(default_factory=dict)


TAKEN: Final = Drawn()
"""What the running test passes by; filled before its sequences are reset."""


class PassingBy(_Counter):
    """A sequence that leaves out some numbers."""

    def __init__(self, first: int, left_out: range) -> None:
        super().__init__(first)
        self.left_out = left_out

    def next(self) -> int:
        """The next number."""
        if self.seq in self.left_out:
            self.seq = self.left_out.stop
        return int(super().next())


def copied(seen: dict[Any, set[Any]]) -> dict[Any, set[Any]]:
    """Unique fakes, to be added to."""
    return {provider: set(values) for provider, values in seen.items()}


def around(numbers: Iterable[range]) -> range:
    """The numbers from the first to the last of all these."""
    found = list(numbers)
    return range(min(each.start for each in found), max(each.stop for each in found))
