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
    def from_json(cls, kept: object) -> Record:
        """The record that was kept, by whichever version: what this one does not know is left out.

        Raises `ValueError` for what is no such record.
        """
        if not isinstance(kept, dict) or "values" not in kept:
            raise ValueError(f"there is no record of a scenario in {kept!r}.")
        return cls(
            kept["values"],
            _mapping(kept, "data"),
            _numbers(kept, "tables"),
            _numbers(kept, "sequences") if "sequences" in kept else {},
        )


def _mapping(kept: dict[str, Any], name: str) -> dict[str, Any]:
    found = kept.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"the record of a scenario has no object {name!r}: it has {found!r}.")
    return found


def _numbers(kept: dict[str, Any], name: str) -> dict[str, int]:
    found = _mapping(kept, name)
    if not all(type(each) is int for each in found.values()):
        raise ValueError(f"the record of a scenario has {name!r} that are no numbers: {found!r}.")
    return found
