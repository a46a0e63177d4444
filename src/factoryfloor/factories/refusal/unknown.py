"""Attributes that the model does not have, found before anything is written."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import registry

from factoryfloor import introspect
from factoryfloor.errors import RefusedRowError

from ..source import place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_default_constructor = registry().constructor


def refuse_unknown(factory: Any, model: type[Any], values: Mapping[str, Any]) -> None:
    """Raise where SQLAlchemy's default constructor would refuse names; say what is missing too."""
    if not introspect.is_mapped(model) or not _has_default_constructor(model):
        return
    unknown = [name for name in values if not hasattr(model, name)]
    if unknown:
        lines = [f"{model.__name__} cannot be made by {factory.__name__} ({place_of(factory)}):"]
        lines += [
            f"  - {name} is unknown{suggestion(name, model)} ({_origin(factory, name)})"
            for name in unknown
        ]
        lines += [f"  - {name} is required, and missing" for name in _missing(model, values)]
        raise RefusedRowError("\n".join(lines))


def suggestion(name: str, model: type[Any]) -> str:
    """The nearest name that the model has, as a question."""
    known: Collection[str] = introspect.describe(model).mapper.attrs.keys()
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _origin(factory: Any, name: str) -> str:
    is_declared = name in factory._meta.pre_declarations.declarations
    return f"declared at {place_of(factory, name)}" if is_declared else "given by the caller"


def _missing(model: type[Any], values: Mapping[str, Any]) -> list[str]:
    described = introspect.describe(model)
    return [
        attribute.name
        for attribute in described.attributes
        if attribute.required
        and values.get(attribute.name) is None
        and not any(
            values.get(relation.name) is not None
            for relation in described.relations_filling(attribute.name)
        )
    ]


def _has_default_constructor(model: type[Any]) -> bool:
    constructor: Any = model.__init__
    while hasattr(constructor, "_sa_original_init"):  # SQLAlchemy wraps it to instrument objects
        constructor = constructor._sa_original_init
    return constructor is _default_constructor
