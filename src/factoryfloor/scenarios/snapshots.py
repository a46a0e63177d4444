"""Snapshots: scenarios built once, and frozen as templates that are only cloned."""

from __future__ import annotations

import hashlib
import threading
import uuid
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from factoryfloor.errors import ScaleError

from .building import Building
from .catalogue import Catalogue
from .dependencies import code_of
from .record import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factoryfloor.floor import Floor

    from .building import Watch
    from .definition import Scenario

_PROCESS: Final = uuid.uuid4().hex


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
        self._lock = threading.RLock()
        # read now, for what is imported stays as it was imported
        self._codes = {each.name: self._code(each) for each in self.catalogue}

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
        kind = self._kind(scenario, size, seed)
        with self._lock:
            while True:
                day = date.today()
                key = kind, self._digest(scenario, kind, day)
                if key not in self._found:
                    building = Building(scenario, size, seed, watch, freezing)
                    self._found[key] = self._built(building, *key)
                if day == date.today():  # else some of its dates are relative to the next
                    return self._found[key]

    def record(self, scenario: Scenario[..., Any]) -> Record | None:
        """What is known of a scenario at its usual size, if it was built; nothing is built."""
        kind = self._kind(scenario, scenario.scale, 0)
        digest = self._digest(scenario, kind, date.today())
        kept = self._floor.project.record(self._floor.application, kind, digest)
        return None if kept is None else Record.from_json(kept)

    def expected_rows(self, name: str, scale: int | None = None, seed: int = 0) -> int | None:
        """How many rows the last snapshot of this kind held, whatever has changed since.

        None where there is none; raises as `snapshot` does.
        """
        scenario = self.catalogue.find(name)
        kind = self._kind(scenario, _size(scenario, scale), seed)
        kept = self._floor.project.latest_record(kind)
        try:
            return None if kept is None else Record.from_json(kept).rows
        except ValueError:  # another version of factoryfloor has kept it
            return None

    def clone(self, snapshot: Snapshot, name: str) -> str:
        """The name of a fresh copy of a snapshot, leased by this process.

        It is `name`, or `name_2`, `name_3`, … where another process holds that.
        """
        return self._floor.project.clone(snapshot.template, name)

    def _built(self, building: Building, kind: str, digest: str) -> Snapshot:
        application, hashing = self._floor.application, self._floor.settings.fast_hashing

        def build(conninfo: str) -> dict[str, Any]:
            found = building.build(conninfo, application, self._root, fast_hashing=hashing)
            return found.to_json()

        template, kept = self._floor.project.snapshot(application, kind, digest, build)
        record = Record.from_json(kept)
        return Snapshot(building.scenario, building.scale, building.seed, template, record)

    def _digest(self, scenario: Scenario[..., Any], kind: str, day: date) -> str:
        settings = self._floor.settings
        environment = sorted(settings.environment.items())
        parts = [kind, day, self._codes[scenario.name], environment, settings.fast_hashing]
        return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()

    def _code(self, scenario: Scenario[..., Any]) -> str:
        """The digest of its code, which is this process's own where files have changed since."""
        roots = [self._root, *self._floor.settings.pythonpath]
        found = code_of(scenario.function.__module__, roots)
        return found.digest if found.is_current else f"{found.digest} as of {_PROCESS}"

    def _kind(self, scenario: Scenario[..., Any], scale: int | None, seed: int) -> str:
        """What tells this snapshot from others; another one of its kind replaces it.

        Working copies of one project have snapshots of their own.
        """
        size = "" if scale == scenario.scale else f" x{scale}"
        place = hashlib.sha256(str(self._floor.settings.file.resolve()).encode()).hexdigest()[:6]
        return f"{scenario.name}{size}{f' seed {seed}' if seed else ''} {place}"

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
