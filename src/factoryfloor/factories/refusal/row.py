"""A row that was to be written, as values of its columns."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

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

    def related(self, attribute: str) -> Any:
        """The object whose key will be this foreign key attribute's value, if one is set."""
        for relation in self.model.relations_filling(attribute):
            found = vars(self.instance).get(relation.name)
            if found is not None:
                return found
        return None

    def key(self, attributes: tuple[str, ...]) -> tuple[Any, ...] | None:
        """The values by which rows are compared, rows not yet written standing for their ids."""
        key = tuple(self._key_part(name) for name in attributes)
        return None if None in key else key

    def _key_part(self, attribute: str) -> Any:
        related = self.related(attribute)
        if related is None:
            return self.values.get(attribute)
        if not sa.inspect(related).persistent:
            return related
        relation = next(
            found
            for found in self.model.relations_filling(attribute)
            if vars(self.instance).get(found.name) is related
        )
        return getattr(related, dict(relation.pairs)[attribute])

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
