"""A row that was to be written, as values of its columns."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from factoryfloor import introspect

from ..source import place_of

if TYPE_CHECKING:
    from .made import Made


class Row:
    """One object that was not written."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self.instance = made.instance
        self.model = introspect.describe(type(made.instance))

    def __str__(self) -> str:
        factory = self.made.factory
        return f"{type(self.instance).__name__}, made by {factory.__name__} ({place_of(factory)})"

    @cached_property
    def values(self) -> dict[str, Any]:
        """The value of each attribute that has one."""
        known = {found.name: vars(self.instance).get(found.name) for found in self.model.attributes}
        return {name: value for name, value in known.items() if value is not None}

    def has_relation(self, attribute: str) -> bool:
        """Whether an object is set whose key this foreign key attribute will take."""
        relations = self.model.relations_filling(attribute)
        return any(vars(self.instance).get(found.name) is not None for found in relations)

    def key(self, attributes: tuple[str, ...]) -> tuple[Any, ...] | None:
        """The values of a unique key, or None where one is unknown."""
        key = tuple(self._key_part(name) for name in attributes)
        return None if None in key else key

    def _key_part(self, attribute: str) -> Any:
        """The value, read from the related object where the flush did not get that far."""
        if attribute in self.values:
            return self.values[attribute]
        for relation in self.model.relations_filling(attribute):
            related = vars(self.instance).get(relation.name)
            if related is not None:
                return getattr(related, dict(relation.pairs)[attribute])
        return None

    def origin(self, attribute: str) -> str:
        """Who set the attribute, or should have."""
        factory, meta = self.made.factory, self.made.factory._meta
        relations = [found.name for found in self.model.relations_filling(attribute)]
        names = [meta.declared_name(name) for name in (attribute, *relations)]
        if any(name in self.made.given for name in names):
            parent = self.made.parent
            return f"given by {parent.__name__} or its caller" if parent else "given by the caller"
        for name in names:
            if name in meta.pre_declarations.declarations:
                return f"declared at {place_of(factory, name)}"
        return f"{factory.__name__} does not declare it"
