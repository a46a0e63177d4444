"""What a scenario made, as every door tells of it: ids, codes, names, and plain values."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any, Final

from factoryfloor.introspect import describe, is_mapped

from .scalars import scalar_type, written

if TYPE_CHECKING:
    from .values import Json

TELLING: Final = ("name", "status")
"""Columns that say what a row is, beside its keys."""


def data_of(value: Any) -> Json:
    """The value in plain JSON.

    A mapped object is told by its `identifying` columns; a Decimal, a date, a time and a UUID are
    texts.
    """
    if isinstance(value, enum.Enum):
        return data_of(value.value)
    if kind := scalar_type(value):
        return written(value, kind)
    if isinstance(value, list | tuple):
        return [data_of(each) for each in value]
    if isinstance(value, dict):
        return {name: data_of(each) for name, each in value.items()}
    if is_mapped(type(value)):
        return {name: data_of(getattr(value, name)) for name in identifying(type(value))}
    if dataclasses.is_dataclass(value):
        return {f.name: data_of(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return str(value)


def identifying(model: type[Any]) -> tuple[str, ...]:
    """The attributes of a mapped class that are part of a unique key, and `name` and `status`."""
    described = describe(model)
    wanted = {name for key in described.unique_keys for name in key}.union(TELLING)
    return tuple(each.name for each in described.attributes if each.name in wanted)
