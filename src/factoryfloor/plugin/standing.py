"""Tests that stand on a scenario: on this worker's copy of its snapshot, rolled back after each."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pytest

from factoryfloor.errors import FactoryFloorError, SettingsError
from factoryfloor.factories import continue_sequences, reset_sequences
from factoryfloor.scenarios import Snapshot, Snapshots, decode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factoryfloor.floor import Floor
    from factoryfloor.scenarios import Catalogue, Record, Scenario

STANDING = pytest.StashKey["Standing"]()
"""What the running test stands on."""


class Standing:
    """The scenarios that tests ask for, and the one that the running test stands on."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._failures: dict[str, FactoryFloorError] = {}
        self.here: Snapshot | None = None

    @cached_property
    def snapshots(self) -> Snapshots:
        """The project's scenarios, imported at the first test that asks for one."""
        return Snapshots(self._floor)

    @property
    def template(self) -> str | None:
        """The template of the snapshot that the test stands on, None where it names none."""
        return None if self.here is None else self.here.template

    def choose(self, item: pytest.Item) -> None:
        """Have the test stand on the snapshot that it is marked with, which is built if need be."""
        self.here = None
        if item.config.getoption("setupplan", default=False):
            return
        marker = item.get_closest_marker("scenario") if "scenario" in item.keywords else None
        if marker is not None:
            self.here = self._snapshot(marker)

    def continue_sequences(self) -> None:
        """Let sequences go on behind those of the scenario, whose rows are there already."""
        if self.here is not None:
            continue_sequences(self.here.record.sequences)

    def opened(self, session: Session) -> Any:
        """What the scenario returned, its rows as objects of `session`."""
        if self.here is None:
            raise SettingsError(
                "the fixture `world` is what a scenario made, and this test names none: mark it "
                '@pytest.mark.scenario("name").'
            )
        return decode(self.here.record.values, session)

    def _snapshot(self, marker: pytest.Mark) -> Snapshot:
        try:
            bound = _ARGUMENTS.bind(*marker.args, **marker.kwargs)
        except TypeError as error:
            given = ", ".join([*map(repr, marker.args), *(f"{k}=" for k in marker.kwargs)])
            raise SettingsError(
                f"@pytest.mark.scenario({given}) does not say which: {error}. Write "
                '@pytest.mark.scenario("name"), and where it has sizes scale=2.'
            ) from None
        bound.apply_defaults()
        asked = str(bound)
        if asked in self._failures:  # it was tried for another test
            raise self._failures[asked]
        try:
            return self.snapshots.snapshot(*bound.args)
        except FactoryFloorError as error:
            self._failures[asked] = error
            raise


class TestPlace:
    """Where the endpoints seed while a test calls them: the test itself moves to a snapshot.

    What the test did before is lost, as it is when a server's database is replaced.
    """

    __test__ = False  # pytest would take it for a class of tests

    def __init__(self, floor: Floor, standing: Standing) -> None:
        self._floor = floor
        self._standing = standing

    @property
    def catalogue(self) -> Catalogue:
        """The scenarios that there are."""
        return self._standing.snapshots.catalogue

    def record(self, scenario: Scenario[..., Any]) -> Record | None:
        """What is known of a scenario that was built."""
        return self._standing.snapshots.record(scenario)

    def seed(self, name: str, scale: int | None = None, seed: int = 0) -> dict[str, Any]:
        """What the scenario made, on whose snapshot the test goes on."""
        snapshot = self._standing.snapshots.snapshot(name, scale, seed)
        self._move(snapshot)
        return dict(snapshot.record.data)

    def cleanup(self) -> list[str]:
        """The tables that held rows; the test goes on with an empty database."""
        held = self._floor.application.filled_tables()
        self._move(None)
        return held

    def _move(self, snapshot: Snapshot | None) -> None:
        self._standing.here = snapshot
        self._floor.move(self._standing.template)
        reset_sequences()
        self._standing.continue_sequences()


def _marker(name: str, scale: int | None = None, seed: int = 0) -> None:
    """The arguments of the marker `scenario`."""


_ARGUMENTS: Final = inspect.signature(_marker)


@pytest.fixture
def world(request: pytest.FixtureRequest, db: Session) -> Any:
    """What the scenario returned that the test is marked with, its rows as objects of `db`."""
    return request.config.stash[STANDING].opened(db)
