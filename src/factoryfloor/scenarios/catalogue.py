"""The scenarios of a project, found as its settings name them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from factoryfloor.errors import ScenarioDefinitionError, UnknownScenarioError
from factoryfloor.settings import import_modules

from .definition import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from factoryfloor.settings import Settings


class Catalogue:
    """The scenarios in the modules of the key `scenarios`, which are imported now.

    Raises `ScenarioDefinitionError` for two of one name, and for one that the doors cannot serve.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        modules = import_modules(settings.scenarios, key="scenarios", file=settings.file)
        self._scenarios = list(_found_in(modules))
        self._by_name: dict[str, Scenario[..., Any]] = {}
        for each in self._scenarios:
            each.check()
            for name in (each.name, *each.aliases):
                other = self._by_name.setdefault(name, each)
                if other is not each:
                    raise ScenarioDefinitionError(
                        f"{each.place} and {other.place} both define the scenario {name!r}; "
                        "choose another name for one."
                    )

    def __iter__(self) -> Iterator[Scenario[..., Any]]:
        return iter(self._scenarios)

    @property
    def names(self) -> list[str]:
        """The names of all scenarios, in order of definition, without aliases."""
        return [each.name for each in self._scenarios]

    @property
    def known(self) -> list[str]:
        """Every name and alias."""
        return list(self._by_name)

    def find(self, name: str) -> Scenario[..., Any]:
        """The scenario of this name or alias; else `UnknownScenarioError`, the nearest first."""
        found = self._by_name.get(name)
        if found is None:
            raise UnknownScenarioError(name, self._nearest(name), str(self.settings.file))
        return found

    def _nearest(self, name: str) -> list[str]:
        def distance(known: str) -> float:
            return -difflib.SequenceMatcher(None, name.lower(), known).ratio()

        return sorted(self.known, key=distance)


def _found_in(modules: list[ModuleType]) -> Iterator[Scenario[..., Any]]:
    members = (found for module in modules for found in vars(module).values())
    return iter(dict.fromkeys(one for one in members if isinstance(one, Scenario)))
