"""The application's own database, and the worlds that are seeded in its place."""

from __future__ import annotations

import contextlib
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING, Any

import psycopg

from factoryfloor.databases.names import LONGEST, shortened
from factoryfloor.floor import in_world
from factoryfloor.scenarios import Snapshots

from .address import leading_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factoryfloor.floor import Floor
    from factoryfloor.scenarios import Catalogue, Record, Scenario

    from .address import EngineAddress

visited: ContextVar[str | None] = ContextVar("factoryfloor_visited", default=None)
"""The database where the request that is being answered began; its engines connect there."""


class Home:
    """The database at `address`, which factoryfloor made, on the server of `floor`.

    Nothing in it is ever changed: a scenario's clone stands in its place, and engines are led
    there.
    """

    def __init__(self, floor: Floor, address: EngineAddress) -> None:
        self._floor = floor
        self._address = address
        self._visits = floor.project.worlds.visits(address.database)
        self._registry = ThreadPoolExecutor(1, "factoryfloor-registry")

    def enter(self) -> Future[str]:
        """The database that stands here now; it is there until as many calls of `leave`."""
        return self._registry.submit(self._visits.enter)

    def leave(self, world: str) -> None:
        """Take down that what entered has ended."""
        # where it was closed meanwhile, the lock went with its connection
        with contextlib.suppress(RuntimeError):
            self._registry.submit(self._visits.leave, world)

    def follow(self) -> None:
        """Lead what goes on outside of requests to the database that stands here now."""
        # without the registry's answer it goes on where it is
        with contextlib.suppress(psycopg.Error, RuntimeError):
            self.leave(self.enter().result())

    def target(self, cparams: Mapping[str, Any]) -> str | None:
        """Where an engine of the application's is led.

        That is the world of its request, or outside of requests the one that stands here.
        """
        world = visited.get() or self._visits.world
        if world == self._address.database or not self._address.matches(cparams):
            return None
        return leading_to(world, cparams)

    @property
    def catalogue(self) -> Catalogue:
        """The project's scenarios."""
        return self._snapshots.catalogue

    def record(self, scenario: Scenario[..., Any]) -> Record | None:
        """What is known of a scenario that was built at its usual size."""
        return self._snapshots.record(scenario)

    def seed(self, name: str, scale: int | None, seed: int) -> Mapping[str, object]:
        """Put a clone of a scenario here; returns what that tells of itself."""
        snapshot = self._snapshots.snapshot(name, scale, seed)
        self._put(lambda world: self._snapshots.clone(snapshot, world))
        return snapshot.record.data

    def cleanup(self) -> list[str]:
        """Put a clone of the schema here; returns the tables that held rows before."""
        application, project = self._floor.application, self._floor.project
        filled = self._filled_tables()
        template = project.template(application)
        self._put(lambda world: project.clone(template, world))
        return filled

    def close(self) -> None:
        """Disconnect; worlds that were replaced and are free are dropped."""
        self._registry.shutdown()
        self._visits.close()
        self._floor.close()

    def _filled_tables(self) -> list[str]:
        world = self.enter().result()
        try:
            with in_world(self._floor.server.address.conninfo(world)):
                return self._floor.application.filled_tables()
        finally:
            self.leave(world)

    def _put(self, clone: Callable[[str], str]) -> None:
        home, project = self._address.database, self._floor.project
        # a name that there never was: one that is free may be a world in which nobody is
        ending = f"_world_{uuid.uuid4().hex[:12]}"
        world = clone(f"{shortened(home, LONGEST - len(ending))}{ending}")
        try:
            project.worlds.put(world, home)
        except BaseException:
            project.drop_later(world)
            raise
        self.follow()

    @cached_property
    def _snapshots(self) -> Snapshots:
        return Snapshots(self._floor)
