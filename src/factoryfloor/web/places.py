"""Where a scenario can be seeded: in place of the application's database, or in a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

    from factoryfloor.scenarios import Catalogue, Record, Scenario

ATTRIBUTE: Final = "factoryfloor_place"


class Place(Protocol):
    """What the endpoints work on; its methods are called in a thread of their own.

    They raise a `FactoryFloorError` that says what is wrong, and then have changed nothing.
    """

    @property
    def catalogue(self) -> Catalogue:
        """The scenarios that can be seeded."""

    def record(self, scenario: Scenario[..., object]) -> Record | None:
        """What is known of a scenario that was built at its usual size; nothing is built."""

    def seed(self, name: str, scale: int | None, seed: int) -> Mapping[str, object]:
        """Replace what an earlier seeding made; returns what the scenario tells of itself."""

    def cleanup(self) -> list[str]:
        """Return to the empty state; returns the tables that held rows before."""


def place_of_test(scope: Scope) -> Place | None:
    """The place that a test's fixture gave to the application, None in a running server."""
    state = getattr(scope.get("app"), "state", None)
    found: Place | None = getattr(state, ATTRIBUTE, None)
    return found
