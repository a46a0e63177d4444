"""Snapshots: scenarios built once, and frozen as templates that are only cloned."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from factoryfloor.errors import ScaleError

from .building import Building
from .catalogue import Catalogue
from .dependencies import makers, sources_of
from .record import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factoryfloor.floor import Floor

    from .building import Watch
    from .definition import Scenario


@dataclass(frozen=True)
class Snapshot:
    """A scenario as it stands in a template database, at one size and with one seed."""

    scenario: Scenario[..., Any]
    scale: int | None
    seed: int
    template: str
    record: Record


class Snapshots:
    """The scenarios of a project on the server of its floor.

    A snapshot is built when it is first asked for, in whichever process, and found after that as
    long as nothing changed of what it comes from: the schema, the scenario's own module and what
    that imports of the project, the size, the seed, and the day, since dates are relative to it.
    """

    def __init__(self, floor: Floor) -> None:
        self.catalogue = Catalogue(floor.settings)
        self._floor = floor
        self._found: dict[tuple[str, str], Snapshot] = {}
        self._codes: dict[str, str] = {}
        self._lock = threading.RLock()

    def snapshot(
        self,
        name: str,
        scale: int | None = None,
        seed: int = 0,
        *,
        watch: Watch | None = None,
        freezing: Callable[[], object] | None = None,
    ) -> Snapshot:
        """The snapshot of this scenario, built now if there is none.

        `watch` is called with the number of rows written so far while it is built, `freezing` when
        the last is written. Raises `UnknownScenarioError`, `ScaleError`, `ScenarioDefinitionError`,
        `ScenarioFailedError`, or what keeps the server or the schema from being there.
        """
        scenario = self.catalogue.find(name)
        size = _size(scenario, scale)
        kind = _kind(scenario, size, seed)
        with self._lock:
            digest = self._digest(scenario, kind)
            found = self._found.get((kind, digest))
            if found is None:
                building = Building(scenario, size, seed, watch, freezing)
                template, record = self._built(building, kind, digest)
                found = Snapshot(scenario, size, seed, template, record)
                self._found[kind, digest] = found
            return found

    def record(self, scenario: Scenario[..., Any]) -> Record | None:
        """What is known of a scenario at its usual size, if it was built; nothing is built."""
        kind = _kind(scenario, scenario.scale, 0)
        with self._lock:
            digest = self._digest(scenario, kind)
            kept = self._floor.project.record(self._floor.application, kind, digest)
        return None if kept is None else Record.from_json(kept)

    def expected_rows(self, name: str, scale: int | None = None, seed: int = 0) -> int | None:
        """How many rows the last snapshot of this kind held, whatever has changed since.

        None where there is none; raises as `snapshot` does.
        """
        scenario = self.catalogue.find(name)
        kind = _kind(scenario, _size(scenario, scale), seed)
        kept = self._floor.project.latest_record(kind)
        return None if kept is None else Record.from_json(kept).rows

    def clone(self, snapshot: Snapshot, name: str) -> str:
        """The name of a fresh copy of a snapshot, leased by this process.

        It is `name`, or `name_2`, `name_3`, … where another process holds that.
        """
        return self._floor.project.clone(snapshot.template, name)

    def _built(self, building: Building, kind: str, digest: str) -> tuple[str, Record]:
        application = self._floor.application

        def build(conninfo: str) -> dict[str, Any]:
            return building.build(conninfo, application, self._root).to_json()

        template, kept = self._floor.project.snapshot(application, kind, digest, build)
        return template, Record.from_json(kept)

    def _digest(self, scenario: Scenario[..., Any], kind: str) -> str:
        parts = [kind, date.today().isoformat(), self._code(scenario)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _code(self, scenario: Scenario[..., Any]) -> str:
        """The digest of its code, read once: what is imported stays as it was imported."""
        module = scenario.function.__module__
        if module not in self._codes:
            settings = self._floor.settings
            roots = [self._root, *settings.pythonpath]
            digest = hashlib.sha256()
            for text in (*makers(), *sources_of(module, roots)):
                digest.update(b"\0" + text.encode())
            self._codes[module] = digest.hexdigest()
        return self._codes[module]

    @property
    def _root(self) -> Path:
        return self._floor.settings.file.parent.resolve()


def _size(scenario: Scenario[..., Any], scale: int | None) -> int | None:
    if scale is None:
        return scenario.scale
    if scenario.scale is None:
        raise ScaleError(f"the scenario {scenario.name!r} has one size; leave out the scale.")
    if scale < 1:
        raise ScaleError(f"the scale of {scenario.name!r} must be 1 or more; it is {scale}.")
    return scale


def _kind(scenario: Scenario[..., Any], scale: int | None, seed: int) -> str:
    """What tells this snapshot from the project's others; another one of its kind replaces it."""
    size = "" if scale == scenario.scale else f" x{scale}"
    return f"{scenario.name}{size}{f' seed {seed}' if seed else ''}"
