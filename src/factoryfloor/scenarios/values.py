"""What a scenario returned, as JSON that can be kept, and back again in any session."""

from __future__ import annotations

import dataclasses
import enum
import functools
import importlib
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import inspect

from factoryfloor.errors import MissingRowError, ScenarioDefinitionError
from factoryfloor.introspect import is_mapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_PLAIN: Final = (type(None), bool, int, float, str)
_TEXTS: Final[Mapping[type, Any]] = {
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    UUID: UUID,
}


def encode(value: object, place: str = "the result") -> Json:
    """The value in JSON: mapped objects by their primary keys, everything else whole.

    `place` names the value in the `ScenarioDefinitionError` that is raised for what cannot be kept,
    such as an object that was not flushed.
    """
    if type(value) in _PLAIN:
        return value  # type: ignore[return-value]  # its type was just looked up
    if type(value) in _TEXTS:
        return {"is": type(value).__name__, "text": _text(value)}
    if isinstance(value, enum.Enum):
        return {"is": "enum", "class": _path(type(value)), "value": encode(value.value, place)}
    if isinstance(value, list):
        return [encode(each, f"{place}[{i}]") for i, each in enumerate(value)]
    if isinstance(value, tuple):
        return {"is": "tuple", "items": [encode(e, f"{place}[{i}]") for i, e in enumerate(value)]}
    if isinstance(value, dict):
        return {"is": "dict", "items": _encoded_items(value, place)}
    if dataclasses.is_dataclass(value) and not is_mapped(type(value)):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        items = {name: encode(each, f"{place}.{name}") for name, each in fields.items()}
        return {"is": "record", "class": _path(type(value)), "items": items}
    return _encoded_row(value, place)


def decode(value: Any, session: Session) -> Any:
    """What was encoded; the fields of dataclasses are looked up in `session` when asked for.

    A row that is not there any more raises `MissingRowError`.
    """
    if isinstance(value, list):
        return [decode(each, session) for each in value]
    if not isinstance(value, dict):
        return value
    match value["is"]:
        case "row":
            return _row(value, session)
        case "record":
            return _record(value, session)
        case "enum":
            return _found(value["class"])(decode(value["value"], session))
        case "tuple":
            return tuple(decode(value["items"], session))
        case "dict":
            return {name: decode(each, session) for name, each in _items(value).items()}
    return _READERS[str(value["is"])](value["text"])


_READERS: Final = {kind.__name__: read for kind, read in _TEXTS.items()}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _encoded_items(value: dict[Any, Any], place: str) -> dict[str, Json]:
    for name in value:
        if not isinstance(name, str):
            raise ScenarioDefinitionError(
                f"{place} has the key {name!r}; let keys be texts, as JSON's are."
            )
    return {name: encode(each, f"{place}[{name!r}]") for name, each in value.items()}


def _encoded_row(value: object, place: str) -> Json:
    if not is_mapped(type(value)):
        raise ScenarioDefinitionError(
            f"{place} is a {type(value).__name__}, which cannot be kept: return mapped objects, "
            "dataclasses, lists, dictionaries and plain values."
        )
    identity = inspect(value).identity
    if identity is None:
        raise ScenarioDefinitionError(
            f"{place} is a {type(value).__name__} that was never written: flush it, or let its "
            "factory create it."
        )
    return {"is": "row", "class": _path(type(value)), "key": [encode(each) for each in identity]}


def _row(value: dict[str, Any], session: Session) -> Any:
    key = tuple(decode(each, session) for each in value["key"])
    found = session.get(_found(value["class"]), key)
    if found is None:
        raise MissingRowError(
            f"the {_found(value['class']).__name__} with the key {', '.join(map(str, key))} is not "
            "there any more."
        )
    return found


def _record(value: dict[str, Any], session: Session) -> Any:
    kind = _found(value["class"])
    if _holds_rows(value):
        made = object.__new__(_lazy_class(kind))
        vars(made).update(_kept=_items(value), _session=session, _seen={})
        return made
    made = object.__new__(kind)
    for name, each in _items(value).items():
        object.__setattr__(made, name, decode(each, session))
    return made


def _holds_rows(value: Any) -> bool:
    if isinstance(value, dict):
        return value.get("is") == "row" or any(map(_holds_rows, value.values()))
    return isinstance(value, list) and any(map(_holds_rows, value))


@functools.cache
def _lazy_class(record: Any) -> type[Any]:
    """A subclass of a dataclass that decodes each field when it is first asked for."""
    fields = {field.name: _lazy_field(field.name) for field in dataclasses.fields(record)}
    named = {"__module__": record.__module__, "__qualname__": record.__qualname__}
    return type(record.__name__, (record,), fields | named)


def _lazy_field(name: str) -> property:
    def read(made: Any) -> Any:
        seen = made._seen
        if name not in seen:
            seen[name] = decode(made._kept[name], made._session)
        return seen[name]

    return property(read)


def _items(value: dict[str, Any]) -> dict[str, Json]:
    return value["items"]  # type: ignore[no-any-return]  # as it was encoded


def _path(kind: type[Any]) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _found(path: str) -> Any:
    module, _, name = path.partition(":")
    found: Any = importlib.import_module(module)
    for each in name.split("."):
        found = getattr(found, each)
    return found
