"""What a scenario returned, as JSON that can be kept, and back again in any session."""

from __future__ import annotations

import dataclasses
import enum
import functools
import importlib
import math
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import inspect

from factoryfloor.errors import MissingRowError, ScenarioDefinitionError
from factoryfloor.introspect import is_mapped

from .lazy import instance
from .scalars import is_own, read, scalar_type, written

if TYPE_CHECKING:
    from sqlalchemy.orm import InstanceState, Session

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def encode(value: object, place: str = "the result") -> Json:
    """The value in JSON: mapped objects by their primary keys, everything else whole.

    `place` names the value in the `ScenarioDefinitionError` that is raised for what cannot be kept,
    such as an object that was not flushed, and for what would come back as something else.
    """
    if isinstance(value, enum.Enum):
        path = _path(type(value), place)
        return {"is": "enum", "class": path, "value": encode(value.value, place)}
    if kind := scalar_type(value):
        return _encoded_scalar(value, kind, place)
    if isinstance(value, list):
        return [encode(each, f"{place}[{i}]") for i, each in enumerate(value)]
    if isinstance(value, tuple):
        return _encoded_tuple(value, place)
    if isinstance(value, dict):
        return {"is": "dict", "items": _encoded_items(value, place)}
    if is_mapped(type(value)):
        return _encoded_row(value, place)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        items = {name: encode(each, f"{place}.{name}") for name, each in fields.items()}
        return {"is": "record", "class": _path(type(value), place), "items": items}
    raise ScenarioDefinitionError(
        f"{place} is a {type(value).__name__}, which cannot be kept: return mapped objects, "
        "dataclasses, lists, dictionaries and plain values."
    )


def decode(value: Any, session: Session) -> Any:
    """What was encoded; the rows in a dataclass are looked up in `session` when asked for.

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
            return {name: decode(each, session) for name, each in value["items"].items()}
    return read(value["text"], value["is"])


def _encoded_scalar(value: Any, kind: type[Any], place: str) -> Json:
    if kind is float and not math.isfinite(value):
        raise ScenarioDefinitionError(
            f"{place} is {value!r}, which JSON has no number for: return a finite one, or None."
        )
    told = written(value, kind)
    return told if is_own(kind) else {"is": kind.__name__, "text": told}


def _encoded_tuple(value: tuple[Any, ...], place: str) -> Json:
    if hasattr(value, "_fields"):
        raise ScenarioDefinitionError(
            f"{place} is a {type(value).__name__}, a named tuple, whose names JSON's lists do not "
            "have: make it a dataclass."
        )
    return {"is": "tuple", "items": [encode(e, f"{place}[{i}]") for i, e in enumerate(value)]}


def _encoded_items(value: dict[Any, Any], place: str) -> dict[str, Json]:
    for name in value:
        if not isinstance(name, str):
            raise ScenarioDefinitionError(
                f"{place} has the key {name!r}; let keys be texts, as JSON's are."
            )
    return {str.__str__(name): encode(each, f"{place}[{name!r}]") for name, each in value.items()}


def _encoded_row(value: object, place: str) -> Json:
    state: InstanceState[Any] = inspect(value)
    named = f"{place} is a {type(value).__name__}"
    if state.identity is None:
        raise ScenarioDefinitionError(
            f"{named} that was never written: flush it, or let its factory create it."
        )
    if _is_deleted(state):
        raise ScenarioDefinitionError(f"{named} that was deleted: leave it out, or return None.")
    key = [encode(each, f"the key of {place}") for each in state.identity]
    return {"is": "row", "class": _path(type(value), place), "key": key}


def _is_deleted(state: InstanceState[Any]) -> bool:
    session = state.session
    marked = session is not None and state.object in session.deleted
    return marked or state.deleted or state.was_deleted


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
    items: dict[str, Json] = value["items"]
    later = {name: each for name, each in items.items() if _holds_rows(each)}
    held = {name: decode(each, session) for name, each in items.items() if name not in later}
    unread = {name: functools.partial(decode, each, session) for name, each in later.items()}
    return instance(_found(value["class"]), held, unread)


def _holds_rows(value: Any) -> bool:
    if isinstance(value, dict):
        return value.get("is") == "row" or any(map(_holds_rows, value.values()))
    return isinstance(value, list) and any(map(_holds_rows, value))


def _path(kind: type[Any], place: str) -> str:
    """Where a class is imported from; one that is not, such as a function's own, is refused."""
    path = f"{kind.__module__}:{kind.__qualname__}"
    try:
        _found(path)
    except (ImportError, AttributeError):
        raise ScenarioDefinitionError(
            f"{place} is a {kind.__name__}, a class that nobody can import as "
            f"{kind.__module__}.{kind.__qualname__}: define it at the top of a module."
        ) from None
    return path


def _found(path: str) -> Any:
    module, _, name = path.partition(":")
    found: Any = importlib.import_module(module)
    for each in name.split("."):
        found = getattr(found, each)
    return found
