"""A value that is made anew for each test, its mapped objects as their rows were first."""

from __future__ import annotations

import copy
import dataclasses
import enum
from datetime import date, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state

from factoryfloor.errors import SharedDataError
from factoryfloor.introspect import is_mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Opened: TypeAlias = "Callable[[_Opening], Any]"
    Rows: TypeAlias = "Mapping[tuple[type[Any], tuple[Any, ...]], _Row]"

_UNCHANGING: Final = (
    *(type(None), bool, int, float, complex, str, bytes, Decimal, UUID, enum.Enum),
    *(date, time, timedelta),
)
_AT_ONCE: Final = 500  # keys in one statement


@dataclasses.dataclass(eq=False)
class _Row:
    """A mapped object as it was read: `fixed` are the values that nobody can change in place."""

    kind: type[Any]
    key: tuple[Any, ...]
    fixed: dict[str, Any] = dataclasses.field(default_factory=dict)
    others: dict[str, Any] = dataclasses.field(default_factory=dict)

    def read(self, made: object) -> None:
        """Take down the loaded columns."""
        loaded = instance_state(made).dict
        for name in (each.key for each in sa.inspect(self.kind).column_attrs):
            if name in loaded:
                fixed = isinstance(loaded[name], _UNCHANGING)
                (self.fixed if fixed else self.others)[name] = loaded[name]

    def opened(self, opening: _Opening) -> object:
        """The object of the session, loaded without a statement."""
        newer = opening.newer.get((self.kind, self.key), self)
        mapper, session = sa.inspect(self.kind), opening.session
        known = session.identity_map.get(mapper.identity_key_from_primary_key(self.key))
        if known is not None:
            return known
        made = mapper.class_manager.new_instance()
        state = instance_state(made)
        state.dict.update(newer.fixed, **copy.deepcopy(newer.others))
        make_transient_to_detached(made)
        # what loading does: `add` would begin the session's transaction
        session.identity_map.add(state)
        state.session_id = session.hash_key
        state.manager.dispatch.load(state, None)
        return made


class _Opening(NamedTuple):
    session: Session
    newer: Rows


class Kept:
    """What a maker returned, whose rows have been written through `session`.

    Lists, tuples, sets, dictionaries and dataclasses are made anew, too. Raises `SharedDataError`,
    which names the `maker`, where an object is in no row.
    """

    def __init__(self, value: object, session: Session | None = None, maker: str = "") -> None:
        self._maker = maker
        self._rows: list[_Row] = []
        self._opened = self._kept(value)
        missing = None if session is None else _read(self._rows, session)
        if missing is not None:
            raise SharedDataError(
                f"the shared fixture {maker} returns an object of {missing.kind.__name__} whose "
                "row it has deleted."
            )

    def opened(self, session: Session, newer: Rows) -> Any:
        """The value, its mapped objects in this session; `newer` rows take the place of its own."""
        return self._opened(_Opening(session, newer))

    def again(self, session: Session) -> Rows:
        """Its rows as they are now."""
        rows = [_Row(each.kind, each.key) for each in self._rows]
        _read(rows, session)
        return {(each.kind, each.key): each for each in rows if each.fixed}

    def _kept(self, value: Any) -> Opened:
        if isinstance(value, _UNCHANGING):
            return lambda _: value
        if is_mapped(type(value)):
            return self._row(value).opened
        if isinstance(value, dict):
            items = {key: self._kept(each) for key, each in value.items()}
            return lambda opening: {key: each(opening) for key, each in items.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return self._collection(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._record(value, [field.name for field in dataclasses.fields(value)])
        if isinstance(value, SimpleNamespace):
            return self._record(value, list(vars(value)))
        self._check_plain(value)
        return lambda _: value

    def _collection(self, value: Any) -> Opened:
        kinds = (list, set, frozenset)  # those of relationships are kinds of these
        plain: Any = next((each for each in kinds if isinstance(value, each)), type(value))
        build = getattr(plain, "_make", plain)  # a named tuple's
        items = [self._kept(each) for each in value]
        return lambda opening: build([each(opening) for each in items])

    def _record(self, value: Any, names: list[str]) -> Opened:
        fields = {name: self._kept(getattr(value, name)) for name in names}

        def opened(opening: _Opening) -> Any:
            made = copy.copy(value)
            for name, field in fields.items():
                object.__setattr__(made, name, field(opening))  # it may be frozen
            return made

        return opened

    def _row(self, value: object) -> _Row:
        state = instance_state(value)
        if state.key is None or state.deleted or state.was_deleted:
            raise SharedDataError(
                f"the shared fixture {self._maker} returns an object of {type(value).__name__} "
                "that is in no row: add it to `db`, or let its factory create it."
            )
        row = _Row(type(value), state.key[1])
        self._rows.append(row)
        return row

    def _check_plain(self, value: object) -> None:
        if isinstance(value, Session) or any(
            is_mapped(type(each)) for each in getattr(value, "__dict__", {}).values()
        ):
            raise SharedDataError(
                f"the shared fixture {self._maker} returns an object of {type(value).__name__}, "
                "which cannot be made anew for each test: return mapped objects, alone or in a "
                "dataclass, a list, a tuple or a dictionary."
            )


def _read(rows: Iterable[_Row], session: Session) -> _Row | None:
    """Read these rows anew; one that is not there, if any."""
    by_kind: dict[type[Any], list[_Row]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    missing = None
    for kind, several in by_kind.items():
        for start in range(0, len(several), _AT_ONCE):
            part = several[start : start + _AT_ONCE]
            found = _found(kind, [row.key for row in part], session)
            for row in part:
                if row.key in found:
                    row.read(found[row.key])
                else:
                    missing = row
    return missing


def _found(
    kind: type[Any], keys: list[tuple[Any, ...]], session: Session
) -> dict[tuple[Any, ...], object]:
    whose = sa.tuple_(*sa.inspect(kind).primary_key).in_(keys)
    query = sa.select(kind).where(whose).options(lazyload("*"))
    made = session.scalars(query.execution_options(populate_existing=True))
    return {tuple(instance_state(each).identity or ()): each for each in made}
