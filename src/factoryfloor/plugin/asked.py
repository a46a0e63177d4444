"""Which shared fixtures a test asks for, in the order in which their data is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from factoryfloor.errors import SharedDataError

from .shared import SCOPES, Shared, shared_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WIDTHS: Final = ("session", "package", "module", "class", "function")


class Key(NamedTuple):
    """Which data it is: of which node of pytest's, of which fixture, for which parameters."""

    scope: str
    node: str
    base: str
    name: str
    parameters: tuple[tuple[str, int], ...] = ()

    @property
    def rank(self) -> int:
        """0 for the widest scope."""
        return SCOPES.index(self.scope)

    def stands_against(self, other: Key) -> bool:
        """Whether it is the same fixture's data for other parameters."""
        return self[:-1] == other[:-1] and self != other


@dataclass(frozen=True)
class Asked:
    """A shared fixture that a test asks for, and those that it asks for itself, by argument."""

    shared: Shared
    key: Key
    needs: Mapping[str, Asked]


class Fixtures:
    """The fixtures that one test may ask for."""

    def __init__(self, item: Any) -> None:
        self.item = item
        info = getattr(item, "_fixtureinfo", None)
        self.names: Sequence[str] = item.fixturenames if info else ()
        self.definitions: Mapping[str, Sequence[Any]] = info.name2fixturedefs if info else {}

    def shared(self) -> list[Asked]:
        """The shared ones: wider ones first, and what they ask for before them."""
        found: dict[Key, Asked] = {}
        for name in self.names:
            definitions = self.definitions.get(name, ())
            if definitions and shared_of(definitions[-1]):
                _add(self.asked(definitions, len(definitions) - 1), found)
        return sorted(found.values(), key=lambda each: each.key.rank)

    def uses(self, scope: str) -> bool:
        """Whether one of the shared ones has this scope."""
        last = (self.definitions[name][-1] for name in self.names if name in self.definitions)
        return any(found.scope == scope for found in map(shared_of, last) if found)

    def named(self, definition: Any) -> Asked:
        """The shared fixture of this definition, which the test may ask for only now."""
        definitions = self._of_name(definition.argname)
        if definition not in definitions:
            definitions = [definition]
        return self.asked(definitions, list(definitions).index(definition))

    def asked(self, definitions: Sequence[Any], number: int) -> Asked:
        """The shared fixture of one of the definitions of a name, the outermost first."""
        definition = definitions[number]
        shared = shared_of(definition)
        assert shared is not None
        needs = {}
        for name in shared.arguments:
            if name == "db":
                continue
            own = name == definition.argname  # it overrides what it asks for
            others = definitions if own else self._of_name(name)
            index = number - 1 if own else len(others) - 1
            other = shared_of(others[index]) if index >= 0 else None
            self._check(shared, name, other, others[index] if index >= 0 else None)
            if other:
                needs[name] = self.asked(others, index)
        parameters = tuple(sorted(self._parameters(shared.arguments)))
        node = self.node(shared.scope)
        key = Key(shared.scope, node, definition.baseid, definition.argname, parameters)
        return Asked(shared, key, needs)

    def node(self, scope: str) -> str:
        """The id of the class or the module of the test, of itself where it is in none."""
        if scope == "session":
            return ""
        kind = pytest.Module if scope == "module" else pytest.Class
        return str((self.item.getparent(kind) or self.item).nodeid)

    def _of_name(self, name: str) -> Sequence[Any]:
        known = self.definitions.get(name)
        if known is None:  # pytest does not look at what an overridden fixture asks for
            known = self.item.session._fixturemanager.getfixturedefs(name, self.item) or ()
        return known

    def _check(self, shared: Shared, name: str, other: Shared | None, definition: Any) -> None:
        scope = other.scope if other else self._scope(name, definition)
        if _WIDTHS.index(scope) <= _WIDTHS.index(shared.scope):
            return
        called = "the shared fixture" if other else "the fixture"
        raise SharedDataError(
            f"the shared fixture {shared}, of scope {shared.scope}, names {called} {name!r}, of "
            f"scope {scope}, which ends before it: give {name!r} a scope as wide, or do in "
            f"{shared.maker.__name__} itself what it does (a factory is called by its class, and "
            "`db` is the session to write in)."
        )

    def _scope(self, name: str, definition: Any) -> str:
        """How long an ordinary fixture lasts; pytest itself says where there is none."""
        if definition is not None:
            return str(definition.scope)
        scopes = getattr(getattr(self.item, "callspec", None), "_arg2scope", {})
        return str(scopes[name].value) if name in scopes else "session"

    def _parameters(self, arguments: Sequence[str]) -> Iterator[tuple[str, int]]:
        """The parameters on which a fixture with these arguments depends."""
        indices = getattr(getattr(self.item, "callspec", None), "indices", {})
        waiting, seen = list(arguments) if indices else [], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in indices:
                yield name, indices[name]
            for definition in self._of_name(name)[-1:]:
                waiting.extend(definition.argnames)


def _add(asked: Asked, found: dict[Key, Asked]) -> None:
    for each in asked.needs.values():
        _add(each, found)
    found.setdefault(asked.key, asked)
