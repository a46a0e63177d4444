"""The types of what scenarios return, read as the shapes of what is told of them."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import types
import typing
from collections import abc
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from factoryfloor.introspect import describe, is_mapped

from ..description import data_of, identifying
from ..hints import type_of_attribute, types_of_fields
from .shape import BOOLEAN, NULL, NUMBER, STRING, Choice, Either, Fixed, Items, Keyed, Text, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factoryfloor.errors import ScenarioDefinitionError

    from ..definition import Scenario
    from .shape import Shape, Shapes

_SCALARS: Final[Mapping[Any, Shape]] = {
    type(None): NULL,
    bool: BOOLEAN,
    int: NUMBER,
    float: NUMBER,
    str: STRING,
    **{kind: Text(kind) for kind in (Decimal, datetime, date, time, UUID)},
}
_LISTS: Final = (list, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable)
_MAPPINGS: Final = (dict, abc.Mapping, abc.MutableMapping)
_REMEDIES: Final[Mapping[Any, str]] = {
    **dict.fromkeys((Any, object), "say of which type it is"),
    **dict.fromkeys(
        (*_LISTS, *_MAPPINGS, tuple), "say what is in it, as in list[str] or dict[str, int]"
    ),
}
_REMEDY: Final = (
    "let it be a mapped class, a dataclass, a list, a tuple, a dictionary, an enumeration, or a "
    "plain value"
)


def shapes_of(scenarios: Iterable[Scenario[..., Any]]) -> Shapes:
    """The shape of each class that the scenarios tell of, as `data_of` tells it.

    Raises `ScenarioDefinitionError` that names the scenario, the class and the field of what JSON
    cannot tell.
    """
    found: Shapes = {}
    for each in scenarios:
        _Reader(each, found).told(each.result, each.name)
    return found


class _Reader:
    """Reads the types of one scenario; the classes that it meets join those found before.

    A `place` is the class and the field whose type is read.
    """

    def __init__(self, scenario: Scenario[..., Any], found: Shapes) -> None:
        self._scenario = scenario
        self._found = found

    def told(self, kind: type[Any], place: str) -> Told:
        """The class, whose own shape is then among those found."""
        if kind not in self._found:
            if issubclass(kind, enum.Enum):
                self._found[kind] = self._choice(tuple(kind), kind, place)
            else:
                members = self._found[kind] = {}  # its members may be of this very class
                members.update(self._members(kind))
        return Told(kind)

    def _members(self, kind: type[Any]) -> dict[str, Shape]:
        if is_mapped(kind):
            told = identifying(kind)
            named = (each.name for each in describe(kind).attributes)  # in the order of the class
            return {name: self._attribute(kind, name) for name in named if name in told}
        try:
            kinds = types_of_fields(kind)
        except (NameError, ImportError) as error:
            raise self._scenario.wrong(
                f"tells of {kind.__name__}, which has an annotation that cannot be read: {error}"
            ) from error
        names = [field.name for field in dataclasses.fields(kind)]
        return {name: self._of(kinds[name], f"{kind.__name__}.{name}") for name in names}

    def _of(self, kind: Any, place: str) -> Shape:
        kind = _without_alias(kind)
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return _either(self._of(each, place) for each in arguments)
        if origin is typing.Literal:
            return self._choice(arguments, kind, place)
        if origin is tuple and arguments[1:] != (...,):
            return Fixed(tuple(self._of(each, place) for each in arguments))
        if origin is tuple or origin in _LISTS:
            return Items(self._of(arguments[0], place))
        if origin in _MAPPINGS:
            return Keyed(self._keys(arguments[0], place), self._of(arguments[1], place))
        return self._plain(kind, place)

    def _plain(self, kind: Any, place: str) -> Shape:
        if kind in _SCALARS:
            return _SCALARS[kind]
        if not inspect.isclass(kind) or kind in _REMEDIES:
            raise self._untellable(place, kind, _REMEDIES.get(kind, _REMEDY))
        if issubclass(kind, enum.Flag):  # a combination is none of its members
            return NUMBER
        if issubclass(kind, enum.Enum) or is_mapped(kind) or dataclasses.is_dataclass(kind):
            return self.told(kind, place)
        raise self._untellable(place, kind, _REMEDY)

    def _keys(self, kind: Any, place: str) -> Shape:
        found = self._of(kind, place)
        known = self._found[found.by] if isinstance(found, Told) else found
        texts = isinstance(known, Choice) and all(isinstance(each, str) for each in known.values)
        if found != STRING and not texts:
            raise self._untellable(
                place, f"a dictionary by {_name(kind)}", "let its keys be texts, as JSON's are"
            )
        return found

    def _choice(self, values: tuple[Any, ...], kind: Any, place: str) -> Choice:
        told = tuple(data_of(each) for each in values)
        if not all(each is None or isinstance(each, bool | int | float | str) for each in told):
            raise self._untellable(place, kind, "let its values be texts or numbers")
        return Choice(told)

    def _attribute(self, model: type[Any], name: str) -> Shape:
        column = describe(model).attribute(name).column
        found = self._column(model, name, column.type)
        return _either([found, NULL]) if column.nullable else found

    def _column(self, model: type[Any], name: str, kind: Any) -> Shape:
        place = f"{model.__name__}.{name}"
        if isinstance(kind, sa.Enum):
            found = kind.enum_class
            return Choice(tuple(kind.enums)) if found is None else self._of(found, place)
        python = _python_type(kind)
        if python not in (object, list, dict):
            return _SCALARS.get(python, STRING)
        annotated = _annotated(model, name)
        if annotated is None:
            raise self._untellable(place, type(kind), "say of which type it is, by Mapped[…]")
        return self._of(annotated, place)

    def _untellable(self, place: str, kind: Any, remedy: str) -> ScenarioDefinitionError:
        return self._scenario.wrong(
            f"tells of {place}, which is {_name(kind)}, and JSON cannot say of which shape that "
            f"is: {remedy}"
        )


def _either(shapes: Iterable[Shape]) -> Shape:
    """One of several shapes, each once, null last."""
    flat = [one for shape in shapes for one in (shape.of if isinstance(shape, Either) else [shape])]
    ordered = sorted(dict.fromkeys(flat), key=lambda shape: shape == NULL)
    return ordered[0] if len(ordered) == 1 else Either(tuple(ordered))


def _without_alias(kind: Any) -> Any:
    if isinstance(kind, typing.NewType):
        return _without_alias(kind.__supertype__)
    # `type X = …` of Python 3.12, and typing_extensions' own for older ones
    return _without_alias(kind.__value__) if type(kind).__name__ == "TypeAliasType" else kind


def _python_type(kind: Any) -> Any:
    """What a column's type makes of its values; `object` where SQLAlchemy does not know."""
    try:
        return kind.python_type
    except NotImplementedError:  # as 2.0 says it
        return object


def _annotated(model: type[Any], name: str) -> Any:
    """The type that a mapped attribute has by its annotation, if it has one that can be read."""
    try:
        found = type_of_attribute(model, name)
    except (NameError, ImportError):
        return None
    return typing.get_args(found)[0] if typing.get_origin(found) is Mapped else found


def _name(kind: Any) -> str:
    return kind.__name__ if inspect.isclass(kind) and not typing.get_args(kind) else str(kind)
