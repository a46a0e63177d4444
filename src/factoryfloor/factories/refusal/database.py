"""What is wrong with a row in view of what the database holds and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factoryfloor.introspect import Reference

    from .row import Row


def dangling(row: Row, rows: Sequence[Row], connection: sa.Connection) -> Iterator[str]:
    """Each foreign key that names a row which neither the database nor the tree has."""
    for reference in row.model.references:
        names = reference.attributes
        asked = [row.values.get(name) for name in names]
        if None in asked:
            continue
        if _in_tree(reference, asked, rows) or _in_database(reference.columns, asked, connection):
            continue
        values = _listed(names, asked)
        table = reference.columns[0].table.name
        yield f"{values}: {table} has no such row ({row.origin(names[0])})"


def taken(row: Row, rows: Sequence[Row], connection: sa.Connection) -> Iterator[str]:
    """Each unique key that another row has."""
    for names in row.model.unique_keys:
        key = row.key(names)
        if key is None:
            continue
        values = _listed(names, key)
        if any(_same_key(row, other, names) for other in rows):
            yield f"{values} is asked for by another row of this tree ({row.origin(names[-1])})"
        elif owner := _owner(row, names, key, connection):
            yield f"{values} is taken, by the row with {owner} ({row.origin(names[-1])})"


def violated(row: Row, connection: sa.Connection) -> Iterator[str]:
    """Each check constraint that the row's values do not pass."""
    compiler: Any = connection.dialect.statement_compiler(connection.dialect, None)
    for check in row.model.checks:
        condition = compiler.process(check.sqltext, include_table=False, literal_binds=True)
        if _is_false(row, check, condition, connection):
            names = [name for name in row.values if name in condition]
            values = _listed(names, [row.values[name] for name in names])
            origin = row.origin(names[0]) if names else "no value given"
            yield f"check {check.name or ''} ({condition}) fails for {values} ({origin})"


def _in_tree(reference: Reference, asked: Sequence[Any], rows: Sequence[Row]) -> bool:
    for other in rows:
        columns = {found.column: found.name for found in other.model.attributes}
        names = [columns.get(column) for column in reference.columns]
        if [other.values.get(name) if name else None for name in names] == list(asked):
            return True
    return False


def _in_database(
    columns: Sequence[sa.Column[Any]], values: Sequence[Any], connection: sa.Connection
) -> bool:
    same = [column == value for column, value in zip(columns, values, strict=True)]
    return connection.scalar(sa.select(sa.literal(1)).where(*same).limit(1)) is not None


def _same_key(row: Row, other: Row, names: tuple[str, ...]) -> bool:
    return (
        other is not row
        and type(other.instance) is type(row.instance)
        and other.key(names) == row.key(names)
    )


def _owner(
    row: Row, names: tuple[str, ...], key: Sequence[Any], connection: sa.Connection
) -> str | None:
    """The primary key of the row that has these values."""
    columns = [row.model.attribute(name).column for name in names]
    same = [column == value for column, value in zip(columns, key, strict=True)]
    primary = list(columns[0].table.primary_key)
    found = connection.execute(sa.select(*primary).where(*same).limit(1)).first()
    return None if found is None else _listed([column.name for column in primary], found)


def _is_false(
    row: Row, check: sa.CheckConstraint, condition: str, connection: sa.Connection
) -> bool:
    """Whether PostgreSQL finds the condition false for the row's values."""
    table = check.table
    given = {found.column: row.values.get(found.name) for found in row.model.attributes}
    columns = [_value(column, given.get(column)).label(column.name) for column in table.columns]
    source = sa.select(*columns).subquery(table.name)
    query = sa.select(sa.text(f"({condition})".replace(":", "\\:"))).select_from(source)
    try:
        with connection.begin_nested():
            return connection.scalar(query) is False
    except SQLAlchemyError:
        return False  # it cannot be asked this way, and PostgreSQL's own message remains


def _value(column: sa.Column[Any], value: Any) -> sa.ColumnElement[Any]:
    """The value, or the column's default, as PostgreSQL reads it."""
    kind, default = _widened(column.type), column.default
    if value is None and default is not None and default.is_scalar:
        value = getattr(default, "arg", None)
    if value is not None:
        return sa.cast(sa.literal(value, column.type), kind)
    server_default = getattr(column.server_default, "arg", None)
    if isinstance(server_default, str):
        return sa.cast(sa.literal(server_default, sa.Text()), kind)
    return sa.cast(sa.null() if server_default is None else server_default, kind)


def _widened(kind: Any) -> Any:
    """The type without its limits, which a cast would enforce before the check is asked."""
    if isinstance(kind, sa.Enum) and kind.native_enum:
        return kind
    for known, wide in ((sa.String, sa.Text()), (sa.Integer, sa.BigInteger())):
        if isinstance(kind, known):
            return wide
    return sa.Numeric() if isinstance(kind, sa.Numeric) else kind


def _listed(names: Sequence[str], values: Sequence[Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in zip(names, values, strict=True))
