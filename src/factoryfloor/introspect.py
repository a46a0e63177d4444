"""A mapped class as columns: what it requires, what it refers to, what must be unique."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, RelationshipDirection
from sqlalchemy.orm.exc import UnmappedColumnError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import ColumnProperty, RelationshipProperty


@dataclass(frozen=True)
class Attribute:
    """A mapped column under the name that the class gives it."""

    name: str
    column: sa.Column[Any]
    required: bool  # it has to be given: NOT NULL, and nobody fills it in


@dataclass(frozen=True)
class Relation:
    """A many-to-one relationship and the foreign key attributes that it fills."""

    name: str
    target: type[Any]
    pairs: tuple[tuple[str, str], ...]  # (this class's attribute, the target's attribute)

    @property
    def ids(self) -> tuple[str, ...]:
        """The foreign key attributes of this class."""
        return tuple(local for local, _ in self.pairs)


@dataclass(frozen=True)
class Reference:
    """A foreign key constraint, by this class's attributes and the columns they refer to."""

    attributes: tuple[str, ...]
    columns: tuple[sa.Column[Any], ...]


@dataclass(frozen=True)
class Model:
    """What a mapped class asks of its rows."""

    mapper: Mapper[Any]
    attributes: tuple[Attribute, ...]
    relations: tuple[Relation, ...]
    references: tuple[Reference, ...]
    unique_keys: tuple[tuple[str, ...], ...]  # the primary key comes first
    checks: tuple[sa.CheckConstraint, ...]

    def attribute(self, name: str) -> Attribute:
        """The mapped column called `name`."""
        return next(found for found in self.attributes if found.name == name)

    def relations_filling(self, attribute: str) -> list[Relation]:
        """The relationships that set this foreign key attribute."""
        return [relation for relation in self.relations if attribute in relation.ids]


def is_mapped(model: object) -> bool:
    """Whether SQLAlchemy maps this class."""
    return isinstance(sa.inspect(model, raiseerr=False), Mapper)


def describe(model: type[Any]) -> Model:
    """The mapped class as columns; read once."""
    mapper: Mapper[Any] = sa.inspect(model)
    return _describe(mapper)


@cache
def _describe(mapper: Mapper[Any]) -> Model:
    return Model(
        mapper=mapper,
        attributes=tuple(_attributes(mapper)),
        relations=tuple(_relations(mapper)),
        references=tuple(_references(mapper)),
        unique_keys=tuple(dict.fromkeys(_unique_keys(mapper))),
        checks=tuple(_checks(mapper)),
    )


def _attributes(mapper: Mapper[Any]) -> Iterator[Attribute]:
    for prop in mapper.column_attrs:
        columns = [column for column in prop.columns if isinstance(column, sa.Column)]
        if columns:
            yield Attribute(prop.key, columns[0], _is_required(mapper, columns, prop))


def _is_required(
    mapper: Mapper[Any], columns: list[sa.Column[Any]], prop: ColumnProperty[Any]
) -> bool:
    filled_by_mapper = (mapper.version_id_col, mapper.polymorphic_on)
    if any(column is filled for column in columns for filled in filled_by_mapper):
        return False
    # a joined subclass's key has a column in each table, filled from the base table's
    return len(columns) == len(prop.columns) and not any(map(_fills_itself, columns))


def _fills_itself(column: sa.Column[Any]) -> bool:
    return bool(
        column.nullable
        or column.default is not None
        or column.server_default is not None  # computed and identity columns count here too
        or column is getattr(column.table, "autoincrement_column", None)
    )


def _relations(mapper: Mapper[Any]) -> Iterator[Relation]:
    for prop in mapper.relationships:
        if prop.direction is RelationshipDirection.MANYTOONE and not prop.viewonly:
            pairs = tuple(_pairs(mapper, prop))
            if len(pairs) == len(prop.local_remote_pairs or ()):
                yield Relation(prop.key, prop.mapper.class_, pairs)


def _pairs(mapper: Mapper[Any], prop: RelationshipProperty[Any]) -> Iterator[tuple[str, str]]:
    for local, remote in prop.local_remote_pairs or ():
        here, there = _name(mapper, local), _name(prop.mapper, remote)
        if here and there:
            yield here, there


def _references(mapper: Mapper[Any]) -> Iterator[Reference]:
    for table in mapper.tables:
        if isinstance(table, sa.Table):
            for constraint in table.foreign_key_constraints:
                names = _names(mapper, [element.parent for element in constraint.elements])
                if names:
                    yield Reference(names, tuple(e.column for e in constraint.elements))


def _unique_keys(mapper: Mapper[Any]) -> Iterator[tuple[str, ...]]:
    for table in mapper.tables:
        if isinstance(table, sa.Table):
            yield from filter(None, (_names(mapper, key) for key in _unique_columns(table)))


def _unique_columns(table: sa.Table) -> Iterator[list[Any]]:
    yield list(table.primary_key)
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            yield list(constraint.columns)
    for index in table.indexes:
        if index.unique and index.dialect_options["postgresql"]["where"] is None:
            yield list(index.expressions)


def _checks(mapper: Mapper[Any]) -> Iterator[sa.CheckConstraint]:
    for table in mapper.tables:
        if isinstance(table, sa.Table):
            found = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]
            yield from sorted(found, key=lambda check: str(check.name))


def _names(mapper: Mapper[Any], columns: list[Any]) -> tuple[str, ...]:
    """The attributes of all these columns, or nothing where one has none."""
    names = [_name(mapper, column) for column in columns]
    return tuple(name for name in names if name) if all(names) else ()


def _name(mapper: Mapper[Any], column: Any) -> str | None:
    try:
        return mapper.get_property_by_column(column).key
    except UnmappedColumnError:
        return None
