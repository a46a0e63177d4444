"""Ways measured in turns, and figures that say whether they reach their target."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Samples = dict[str, list[float]]


class Target(Protocol):
    """What is to be reached, by the medians of two ways."""

    def value(self, ours: float, peer: float) -> float:
        """What is compared with the limit."""

    def reached(self, value: float) -> bool:
        """Whether the value is within the limit."""

    def shown(self, value: float) -> str:
        """The value as text."""


@dataclass(frozen=True)
class AtMostTimes:
    """At most so many times the peer's seconds."""

    limit: float

    def __str__(self) -> str:
        return f"≤ {self.limit:g} x"

    def value(self, ours: float, peer: float) -> float:
        return ours / peer

    def reached(self, value: float) -> bool:
        return value <= self.limit

    def shown(self, value: float) -> str:
        return f"{value:.2f} x"


@dataclass(frozen=True)
class TimesFaster:
    """At least so many times as fast as the peer."""

    limit: float

    def __str__(self) -> str:
        return f"≥ {self.limit:g} x faster"

    def value(self, ours: float, peer: float) -> float:
        return peer / ours

    def reached(self, value: float) -> bool:
        return value >= self.limit

    def shown(self, value: float) -> str:
        return f"{value:.1f} x"


@dataclass(frozen=True)
class AtMostMore:
    """At most so many seconds more than the peer."""

    limit: float

    def __str__(self) -> str:
        return f"≤ {duration(self.limit)} more"

    def value(self, ours: float, peer: float) -> float:
        return ours - peer

    def reached(self, value: float) -> bool:
        return value <= self.limit

    def shown(self, value: float) -> str:
        return f"{duration(value)} more"


@dataclass(frozen=True)
class Within:
    """At most so many seconds, without a peer."""

    limit: float

    def __str__(self) -> str:
        return f"≤ {duration(self.limit)}"

    def value(self, ours: float, peer: float) -> float:
        return ours

    def reached(self, value: float) -> bool:
        return value <= self.limit

    def shown(self, value: float) -> str:
        return duration(value)


@dataclass(frozen=True)
class Figure:
    """One row of the table: the samples of `ours` beside those of `peer`, in seconds.

    `parts` says what the time of `ours` is made of; a figure without a target is only reported.
    """

    what: str
    samples: Samples
    ours: str
    peer: str | None = None
    target: Target | None = None
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """What the target compares, or without a target the ratio to the peer."""
        ours, peer = self.median(self.ours), self.median(self.peer or self.ours)
        return (self.target or AtMostTimes(0)).value(ours, peer)

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        return self.target.reached(self.value) if self.target else None

    def median(self, way: str) -> float:
        """The median of a way's samples."""
        return statistics.median(self.samples[way])


def interleaved(ways: Mapping[str, Callable[[], float]], rounds: int) -> Samples:
    """The seconds that each way returns, the ways taken in turns and in a rotating order."""
    taken: Samples = {way: [] for way in ways}
    order = list(ways)
    for _ in range(rounds):
        for way in order:
            taken[way].append(ways[way]())
        order.append(order.pop(0))
    return taken


def repeated(run: Callable[[], object], times: int) -> Callable[[], float]:
    """A way that runs so many times after a first, and returns the mean's seconds."""

    def way() -> float:
        run()
        start = time.perf_counter()
        for _ in range(times):
            run()
        return (time.perf_counter() - start) / times

    return way


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.0f} µs"
