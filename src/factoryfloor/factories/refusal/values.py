"""What is wrong with a row's values by themselves, whatever the database holds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .row import Row

_BITS: tuple[tuple[type[Any], int], ...] = (
    (sa.SmallInteger, 16),  # the subclasses of Integer first
    (sa.BigInteger, 64),
    (sa.Integer, 32),
)


def missing(row: Row) -> Iterator[str]:
    """Each required column without a value."""
    for attribute in row.model.attributes:
        name = attribute.name
        if attribute.required and name not in row.values and not row.has_relation(name):
            yield f"{name} is required, and missing ({row.origin(name)})"


def unfit(row: Row) -> Iterator[str]:
    """Each value that its column's type cannot hold."""
    for attribute in row.model.attributes:
        value = row.values.get(attribute.name)
        problem = None if value is None else _misfit(attribute.column.type, value)
        if problem:
            yield f"{attribute.name}={value!r} {problem} ({row.origin(attribute.name)})"


def _misfit(kind: Any, value: Any) -> str | None:
    if isinstance(kind, sa.Enum):
        return _not_in_enum(kind, value)
    if isinstance(kind, sa.String) and isinstance(value, str):
        return _no_text(value) or _too_long(kind, value)
    if isinstance(kind, sa.Integer) and isinstance(value, int):
        return _out_of_range(kind, value)
    if isinstance(kind, sa.Numeric) and isinstance(value, int | float | Decimal):
        return _too_many_digits(kind, value)
    return None


def _not_in_enum(kind: sa.Enum, value: Any) -> str | None:
    known = kind.enum_class or kind.enums
    if value in kind.enums or (kind.enum_class and isinstance(value, kind.enum_class)):
        return None
    return f"is none of {', '.join(str(getattr(one, 'value', one)) for one in known)}"


def _no_text(value: str) -> str | None:
    return "has a NUL character, which no text of PostgreSQL's holds" if "\0" in value else None


def _too_long(kind: sa.String, value: str) -> str | None:
    if kind.length is None or len(value) <= kind.length:
        return None
    return f"has {len(value)} characters, and the column holds {kind.length}"


def _out_of_range(kind: sa.Integer, value: int) -> str | None:
    bits = next(found for known, found in _BITS if isinstance(kind, known))
    if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        return None
    return f"is beyond what a {bits}-bit integer holds"


def _too_many_digits(kind: Any, value: float | Decimal) -> str | None:
    if kind.precision is None or not isinstance(kind.scale, int):
        return None
    limit = Decimal(10) ** (kind.precision - kind.scale)
    if abs(round(Decimal(value), kind.scale)) < limit:
        return None
    return f"is beyond NUMERIC({kind.precision}, {kind.scale}), which ends below {limit}"
