"""What is kept of a scenario that was built."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .values import Json


@dataclass(frozen=True)
class Record:
    """What a scenario returned, and what it left in the database.

    `values` is its result, encoded; `data` the same as every door tells of it; `tables` the number
    of rows in each table that has any; `sequences` where each factory's sequence goes on.
    """

    values: Json
    data: dict[str, Json]
    tables: Mapping[str, int]
    sequences: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The number of all rows."""
        return sum(self.tables.values())

    def to_json(self) -> dict[str, Any]:
        """The record as it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Record:
        """The record that was kept."""
        return cls(**kept)
