"""The warning of a test that changed what others share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class SharedChange(NamedTuple):
    """One column of a row of shared data, or without a column the whole row, which is gone.

    `fixture` made it, `key` is its primary key; the values are those of JSON.
    """

    fixture: str
    table: str
    key: Mapping[str, object]
    column: str | None
    before: object
    after: object

    def __str__(self) -> str:
        key = ", ".join(f"{name} {value}" for name, value in self.key.items())
        row = f"{self.table} ({key}) of {self.fixture}"
        if self.column is None:
            return f"{row} is gone"
        return f"{row}: {self.column} {_shown(self.before)} → {_shown(self.after)}"


def _shown(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)


class SharedDataChangedWarning(UserWarning):
    """A test changed rows that it shares with others, which its end took back.

    `test` names it, `changes` tells each row and column.
    """

    def __init__(self, test: str, changes: Sequence[SharedChange]) -> None:
        super().__init__(test, changes)
        self.test = test
        self.changes = changes

    def __str__(self) -> str:
        return (
            f"{self.test} changed shared data: {'; '.join(map(str, self.changes))}. Other tests do "
            "not see it; say @pytest.mark.changes_shared where it is meant, else make the row in "
            "the test"
        )
