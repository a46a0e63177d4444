"""What a value's JSON can look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Shape: TypeAlias = "Plain | Text | Choice | Items | Fixed | Keyed | Either | Told"

Shapes: TypeAlias = "dict[type[Any], Choice | dict[str, Shape]]"
"""For each class: the values of an enumeration, or the members of what is told of the others."""


@dataclass(frozen=True)
class Plain:
    """One of JSON's own types: `boolean`, `number`, `string` or `null`."""

    name: str


@dataclass(frozen=True)
class Text:
    """A string that writes a value of this Python type."""

    kind: type[Any]


@dataclass(frozen=True)
class Choice:
    """One of these values."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Items:
    """A list of any length."""

    of: Shape


@dataclass(frozen=True)
class Fixed:
    """A list with one item of each shape."""

    of: tuple[Shape, ...]


@dataclass(frozen=True)
class Keyed:
    """An object with keys that are known only when it is there."""

    keys: Shape
    of: Shape


@dataclass(frozen=True)
class Either:
    """A value of any of these shapes."""

    of: tuple[Shape, ...]


@dataclass(frozen=True)
class Told:
    """What is told of a value of this class: of an enumeration, a dataclass or a mapped class."""

    by: type[Any]


STRING: Final = Plain("string")
NUMBER: Final = Plain("number")
BOOLEAN: Final = Plain("boolean")
NULL: Final = Plain("null")
