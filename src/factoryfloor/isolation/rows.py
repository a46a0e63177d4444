"""The rows that makers of shared data wrote, and what became of them."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .wire import Wire

_TOUCHED: Final = """
SELECT relid, format('%I.%I', schemaname, relname) FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd > 0 ORDER BY relid
"""
# what the transaction itself wrote: everything else is older than its own number
_WRITTEN: Final = "SELECT ctid, to_jsonb(t) FROM ONLY {table} t WHERE age(xmin) <= 0"
# no rollback takes these numbers back; TRUNCATE counts nothing, but makes a new file
_COUNTS: Final = """
SELECT oid, pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid),
    pg_relation_filenode(oid) FROM unnest('{{{oids}}}'::oid[]) oid
"""
_STILL_THERE: Final = "SELECT ctid FROM ONLY {table} WHERE ctid = ANY('{{{places}}}'::tid[])"
_KEY: Final = """
SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
WHERE indrelid = {oid} AND indisprimary ORDER BY attnum
"""
_NOW: Final = "SELECT to_jsonb(t) FROM {table} t WHERE to_jsonb(t) @> $key${key}$key$::jsonb"
_SAVEPOINT: Final = "factoryfloor_check"

_Places: TypeAlias = "dict[str, str]"


class Table(NamedTuple):
    """A table on the server, its name qualified and quoted."""

    oid: int
    name: str


class RowChange(NamedTuple):
    """A column of a row before and after, its values as in JSON; without a column the row is gone.

    `key` is the row's primary key, or all of it where the table has none.
    """

    table: str
    key: Mapping[str, Any]
    column: str | None = None
    before: object = None
    after: object = None


@dataclass(eq=False)
class Written:
    """The rows that one group's maker wrote, as JSON, by the places of their versions.

    A change leaves that place. `replaced` are the places of other groups' rows that it changed.
    """

    rows: dict[Table, _Places] = field(default_factory=dict)
    replaced: dict[Table, set[str]] = field(default_factory=dict)


class Watch:
    """Compares rows with what was made, in one round trip where no test has changed their tables.

    Without the server's `track_counts` no row is known, and none compared.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._counts: dict[int, tuple[str, ...]] = {}

    def read(self, below: Sequence[Written]) -> Written:
        """What was written in the transaction since these groups were made."""
        written = Written()
        for oid, name in self._ask(_TOUCHED):
            table = Table(int(oid), name)
            rows = {found[0]: found[1] for found in self._ask(_WRITTEN.format(table=name))}
            known = _places(table, below)
            if own := {at: row for at, row in rows.items() if at not in known}:
                written.rows[table] = own
            if gone := known - rows.keys():
                written.replaced[table] = gone
        self._counts = self._count([*below, written])
        return written

    def changes(self, groups: Sequence[Written]) -> list[tuple[Written, RowChange]]:
        """What the running test has changed of their rows."""
        before, self._counts = self._counts, self._count(groups)
        tables = {table for group in groups for table in group.rows}
        touched = {each for each in tables if self._counts.get(each.oid) != before.get(each.oid)}
        if not touched:
            return []
        with self._savepoint():
            return [
                (group, change)
                for number, group in enumerate(groups)
                for table in sorted(touched & group.rows.keys())
                for change in self._compared(table, group, groups[number + 1 :])
            ]

    def _compared(
        self, table: Table, group: Written, above: Sequence[Written]
    ) -> Iterator[RowChange]:
        gone = set(group.rows[table]).difference(*(each.replaced.get(table, ()) for each in above))
        places = ",".join(f'"{at}"' for at in gone)
        query = _STILL_THERE.format(table=table.name, places=places)
        gone.difference_update(at for (at,) in self._ask(query))
        names = [name for (name,) in self._ask(_KEY.format(oid=table.oid))] if gone else []
        for at in sorted(gone):
            made = _parsed(group.rows[table][at])
            yield from self._difference(table, {name: made[name] for name in names} or made, made)

    def _difference(
        self, table: Table, key: dict[str, Any], made: dict[str, Any]
    ) -> Iterator[RowChange]:
        literal = json.dumps(key, default=float)
        found = self._ask(_NOW.format(table=table.name, key=literal))
        name = table.name.removeprefix("public.")
        if not found:
            yield RowChange(name, key)
            return
        now = _parsed(found[0][0])
        for column, value in made.items():
            if value != now.get(column):
                yield RowChange(name, key, column, value, now.get(column))

    def _count(self, groups: Sequence[Written]) -> dict[int, tuple[str, ...]]:
        oids = ",".join({str(table.oid) for group in groups for table in group.rows})
        found = self._ask(_COUNTS.format(oids=oids)) if oids else []
        return {int(oid): tuple(counts) for oid, *counts in found}

    @contextlib.contextmanager
    def _savepoint(self) -> Iterator[None]:
        """A table may be gone, or the test have given its rights away."""
        self.wire.run(f"SAVEPOINT {_SAVEPOINT}")
        try:
            yield
        finally:
            self.wire.run(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", f"RELEASE SAVEPOINT {_SAVEPOINT}")

    def _ask(self, query: str) -> list[tuple[str, ...]]:
        found = self.wire.run(query)
        columns = range(found.nfields)
        return [
            tuple((found.get_value(row, column) or b"").decode() for column in columns)
            for row in range(found.ntuples)
        ]


def _places(table: Table, groups: Sequence[Written]) -> set[str]:
    return {at for group in groups for at in group.rows.get(table, ())}


def _parsed(row: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row, parse_float=Decimal)
    return found
