"""Traits that give a value to a list of children, or a parameter to a sub-factory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factory.builder import Resolver
from factory.declarations import (
    SKIP,
    BaseDeclaration,
    Maybe,
    PostGenerationDeclaration,
    SelfAttribute,
    Trait,
)
from factory.enums import SPLITTER, get_builder_phase

from .children import Children

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factory.builder import DeclarationSet


def made_of(trait: Trait, flag: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """A trait's declarations as factory_boy makes them, with what it drops put back.

    `Trait(lines=2)` becomes the value of the children `lines`, and so does a declaration that is
    evaluated on their parent; `Trait(customer__name="x")`, switched off, leaves the name that the
    sub-factory is given where it is declared.
    """

    def values_children(name: str, value: Any) -> bool:
        return _is_value(value) and _children_in(declared.get(name))

    valued = {name for name, value in trait.overrides.items() if values_children(name, value)}
    # factory_boy does not let a value that is computed take the place of a hook
    others = {name: declaration for name, declaration in declared.items() if name not in valued}
    found: dict[str, Any] = {}
    for name, choice in trait.as_declarations(flag, others).items():
        choice.decider = _Switch(choice.decider)
        root, _, parameter = name.partition(SPLITTER)
        if name in valued:
            # factory_boy keeps the value given to a hook under `name__`
            value_name = name + SPLITTER
            otherwise = declared.get(value_name, SKIP)
            found[value_name] = Maybe(choice.decider, choice.yes, otherwise)
        elif parameter and choice.no is SKIP:
            found[name] = _or_default(choice, defaults_of(declared.get(root)).get(parameter, SKIP))
        else:
            found[name] = choice
    return found


class _Switch(BaseDeclaration):
    """Whether a trait is switched on.

    factory_boy asks for an attribute that is not there in most objects, and each time describes
    all their declarations in an error that nobody reads.
    """

    def __init__(self, flag: SelfAttribute) -> None:
        super().__init__()
        self._flag = flag

    def evaluate(self, instance: Any, step: Any, extra: dict[str, Any]) -> Any:
        target = step.chain[self._flag.depth - 1] if self._flag.depth > 1 else instance
        declared = getattr(target, "_Resolver__declarations", ())  # as Python mangles its name
        if isinstance(target, Resolver) and self._flag.attribute_name not in declared:
            return False
        return self._flag.evaluate(instance, step, extra)


def with_default(declared: DeclarationSet, name: str, value: Any) -> Any:
    """The value given for `name`, where a switched-off trait of the parent left it out, the own."""
    if not (isinstance(value, Maybe) and value.no is SKIP):
        return value
    root, _, parameter = name.partition(SPLITTER)
    if not parameter:
        return _or_default(value, declared.declarations.get(root, SKIP))
    known = defaults_of(declared.declarations.get(root)) | declared.contexts.get(root, {})
    return _or_default(value, known.get(parameter, SKIP))


def defaults_of(declaration: Any) -> dict[str, Any]:
    """The parameters that a declaration gives its own factory."""
    # RelatedFactory has a name of its own for them
    own = getattr(declaration, "defaults", None) or getattr(declaration, "_defaults", None)
    return dict(own or {}) if isinstance(declaration, BaseDeclaration) else {}


def _or_default(choice: Maybe, default: Any) -> Maybe:
    phases = {get_builder_phase(choice.yes), get_builder_phase(default)} - {None}
    if default is SKIP or len(phases) > 1:
        return choice
    return Maybe(choice.decider, choice.yes, default)


def _is_value(declaration: Any) -> bool:
    return not isinstance(declaration, PostGenerationDeclaration)


def _children_in(declaration: Any) -> bool:
    if isinstance(declaration, Maybe):
        return _children_in(declaration.yes) or _children_in(declaration.no)
    return isinstance(declaration, Children)
