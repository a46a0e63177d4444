"""The declarations of a `ModelFactory`, as factory_boy's builder reads them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from factory.builder import DeclarationSet, DeclarationWithContext
from factory.declarations import SubFactory

from . import hooks, traits
from .foreign_keys import respect_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .options import ModelOptions


class ModelDeclarations(DeclarationSet):
    """What is evaluated before the object is made; a copy of it takes the caller's values."""

    def __init__(self, declared: DeclarationSet, options: ModelOptions) -> None:
        super().__init__()
        self.declarations: dict[str, Any] = dict(declared.declarations)
        contexts = {name: dict(context) for name, context in declared.contexts.items()}
        self.contexts: defaultdict[str, dict[str, Any]] = defaultdict(dict, contexts)
        self.options = options
        self._unasked: set[str] = set()

    def copy(self) -> ModelDeclarations:
        """The declarations of one build."""
        return ModelDeclarations(self, self.options)

    def update(self, values: Mapping[str, Any]) -> None:
        """Take what the caller gives, or the declaration that asks for this object."""
        super().update({name: traits.with_default(self, name, values[name]) for name in values})
        if values:
            respect_ids(self, values)

    def replace_unasked(self, name: str, declaration: Any) -> None:
        """Set a declaration that is evaluated only where another one asks for it."""
        self.declarations[name] = declaration
        self.contexts[name] = {}
        self._unasked.add(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.declarations if name not in self._unasked)

    def __getitem__(self, name: str) -> DeclarationWithContext:
        found: DeclarationWithContext = super().__getitem__(name)
        if self._serves_its_id(name, found.declaration):
            return found._replace(declaration=hooks.Flushed(found.declaration))
        return found

    def _serves_its_id(self, name: str, declaration: Any) -> bool:
        """Whether it makes a row that no relationship takes, so that others can read its id."""
        options = self.options
        if not (isinstance(declaration, SubFactory) and options.is_managed):
            return False
        attribute = options.rename.get(name, name)
        is_taken = name not in options.exclude and hasattr(options.model, attribute)
        return not is_taken and hooks.makes_our_rows(declaration)


class HookDeclarations(DeclarationSet):
    """What is called once the object is made; a hook of the user's finds its tree written."""

    def __getitem__(self, name: str) -> DeclarationWithContext:
        found: DeclarationWithContext = super().__getitem__(name)
        if hooks.is_opaque(found.declaration):
            return found._replace(declaration=hooks.Opaque(found.declaration))
        return found
