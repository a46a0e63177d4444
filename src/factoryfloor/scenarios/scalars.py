"""Values without parts: those that JSON has itself, and those that are written as texts."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OWN: Final[Mapping[type[Any], Callable[[Any], bool | int | float | str | None]]] = {
    NoneType: lambda _: None,
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
}
# How each is written, and read. A datetime is a date, too, so it comes first.
_TEXTS: Final[Mapping[type[Any], tuple[Callable[[Any], str], Callable[[str], Any]]]] = {
    Decimal: (Decimal.__str__, Decimal),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    UUID: (UUID.__str__, UUID),
}
_WRITERS: Final = {**_OWN, **{kind: write for kind, (write, _) in _TEXTS.items()}}
_READERS: Final = {kind.__name__: read for kind, (_, read) in _TEXTS.items()}


def scalar_type(value: object) -> type[Any] | None:
    """The type as which a value without parts is written; None for every other value.

    A value of a subclass, such as a date of a library that freezes time, is one of its base.
    """
    if type(value) in _WRITERS:
        return type(value)
    return next((kind for kind in _WRITERS if isinstance(value, kind)), None)


def is_own(kind: type[Any]) -> bool:
    """Whether JSON has values of this type itself."""
    return kind in _OWN


def written(value: Any, kind: type[Any]) -> bool | int | float | str | None:
    """A value of this type, in JSON: as it is, or its text."""
    return _WRITERS[kind](value)


def read(text: str, kind: str) -> Any:
    """The value whose text was written, by the name of its type."""
    return _READERS[kind](text)
