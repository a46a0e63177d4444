"""What is wrong with a factory's definition, found without making anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factory.base import BaseFactory
from factory.declarations import Maybe
from factory.enums import BuilderPhase, get_builder_phase

from factoryfloor import introspect

from .children import Children
from .refusal.unknown import suggestion
from .source import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def definition_problems(factory: Any) -> list[str]:
    """Each way in which the factory's declarations do not fit its model, with `path:line`."""
    meta = factory._meta
    if meta.model is None:
        is_meant = getattr(meta, "says_abstract", meta.abstract)
        place = place_of(factory)
        return [] if is_meant else [f"{place}: {factory.__name__} names no model"]
    found = [*_broken_references(factory)]
    if introspect.is_mapped(meta.model) and not meta.abstract:
        found += [*_unknown_names(factory), *_undeclared_columns(factory)]
    return found


def _broken_references(factory: Any) -> Iterator[str]:
    for name, declaration in factory._meta.declarations.items():
        for one in _branches(declaration):
            problem = _broken_reference(one) or _broken_back_reference(one)
            if problem:
                yield f"{place_of(factory, name)}: {factory.__name__}.{name} {problem}"


def _branches(declaration: Any) -> Iterator[Any]:
    if isinstance(declaration, Maybe):
        yield from _branches(declaration.yes)
        yield from _branches(declaration.no)
    else:
        yield declaration


def _broken_back_reference(declaration: Any) -> str | None:
    """A `Children` whose name of the parent is unknown to the child's model."""
    if not isinstance(declaration, Children) or not declaration.name:
        return None
    model = declaration.get_factory()._meta.model
    if model is None or hasattr(model, declaration.name):
        return None
    near = suggestion(declaration.name, model)
    return f"names the parent {declaration.name!r}, which is unknown to {model.__name__}{near}"


def _broken_reference(declaration: Any) -> str | None:
    if not hasattr(declaration, "get_factory"):
        return None
    try:
        target = declaration.get_factory()
    except (ImportError, AttributeError) as error:
        return f"names a factory that cannot be imported: {error}"
    if isinstance(target, type) and issubclass(target, BaseFactory):
        return None
    kind = "the model" if introspect.is_mapped(target) else "the object"
    name = getattr(target, "__name__", repr(target))
    return f"points at {kind} {name} where a factory is wanted"


def _unknown_names(factory: Any) -> Iterator[str]:
    meta = factory._meta
    for name, declaration in meta.pre_declarations.declarations.items():
        attribute = meta.rename.get(name, name)
        if name in meta.exclude or name in meta.parameters or name in meta.inline_args:
            continue
        if get_builder_phase(declaration) == BuilderPhase.POST_INSTANTIATION:
            continue
        if not hasattr(meta.model, attribute):
            near = suggestion(attribute, meta.model)
            yield (
                f"{place_of(factory, name)}: {factory.__name__}.{name} is unknown to "
                f"{meta.model.__name__}{near}"
            )


def _undeclared_columns(factory: Any) -> Iterator[str]:
    meta = factory._meta
    model = introspect.describe(meta.model)
    hidden = {*meta.exclude, *meta.parameters}
    declared = {meta.rename.get(name, name) for name in meta.declarations if name not in hidden}
    for attribute in model.attributes:
        relations = {relation.name for relation in model.relations_filling(attribute.name)}
        if attribute.required and not declared & {attribute.name, *relations}:
            yield (
                f"{place_of(factory)}: {factory.__name__} does not declare {attribute.name}, "
                f"which {meta.model.__name__} requires"
            )
