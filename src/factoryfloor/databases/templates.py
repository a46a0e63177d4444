"""The templates of one process: found or built, and those gone stale dropped."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from factoryfloor.errors import FactoryFloorError, SchemaError

from .making import build_template, discard, making, vacate
from .names import template_name
from .statements import create_clone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from factoryfloor.server import Server

    from .registry import Registry

    Build = Callable[[str], Any]


def _nothing(_conninfo: str) -> None:
    """An empty database is left empty."""


class Wanted(NamedTuple):
    """A template that is asked for.

    `kind` is "" for a project's schema, and else tells which of its snapshots this is. `build`
    gets the libpq address of the database, a copy of `source` or empty, and returns what is to be
    recorded with it, in JSON, or None.
    """

    project: str
    kind: str
    digest: str
    build: Build = _nothing
    source: str | None = None

    @property
    def family(self) -> str:
        """What the registry records as its project."""
        return f"{self.project}:{self.kind}" if self.kind else self.project

    @property
    def name(self) -> str:
        """The name of the template."""
        return template_name(self.family, self.digest)


class Templates:
    """Finds templates, builds those that are missing, and remembers how.

    What is stale is dropped: at the first call what processes that were killed have left, and
    what nobody has used for a week; after a snapshot is built, those of its kind that it replaces.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._wanted: dict[str, Wanted] = {}
        self._cleaned = False

    def find(self, registry: Registry, wanted: Wanted) -> bool:
        """Whether the template is whole already."""
        self.clean_once(registry, wanted.project, wanted.digest)
        self._wanted[wanted.name] = wanted
        return registry.touch(wanted.name)

    def find_or_build(self, registry: Registry, wanted: Wanted) -> None:
        """Have the template whole."""
        if not self.find(registry, wanted):
            with registry.locks.held(wanted.name):
                # a process that held the lock may have built it
                if not registry.touch(wanted.name):
                    self._build(registry, wanted)

    def rebuild(self, registry: Registry, name: str) -> None:
        """Build a template again that was asked for, and that is gone since."""
        if name not in self._wanted:
            raise SchemaError(f"there is no whole template {name!r}; build it first.")
        self.find_or_build(registry, self._wanted[name])

    def clone(self, registry: Registry, template: str, name: str) -> None:
        """Copy a template to a name that is free; the template is built again if it is gone."""
        try:
            self._clone(registry, template, name)
        except psycopg.errors.InvalidCatalogName:  # another process has just replaced it
            self.rebuild(registry, template)
            self._clone(registry, template, name)

    def _clone(self, registry: Registry, template: str, name: str) -> None:
        if not registry.record_clone(name, template):
            self.rebuild(registry, template)
            registry.record_clone(name, template)
        with making(registry, name):
            create_clone(registry.connection, name, template, self._server.strategy)

    def clean_once(self, registry: Registry, project: str, digest: str) -> None:
        """Drop what is stale, if that was not done yet."""
        if not self._cleaned:
            self.clean(registry, project, digest)

    def clean(self, registry: Registry, project: str, digest: str) -> None:
        """Drop what is stale; `digest` is that of the project's schema now."""
        self._cleaned = True
        stale = registry.stale(project, digest)
        if not stale:
            return
        with registry.locks.gate_closed():
            _drop(registry, stale, lambda name: registry.condemn(name, project, digest))

    def _build(self, registry: Registry, wanted: Wanted) -> None:
        name = wanted.name
        vacate(self._server, registry, name)
        if wanted.source is not None and not registry.touch(wanted.source):
            self.rebuild(registry, wanted.source)
        registry.record_template(name, wanted.family, wanted.digest)
        build_template(self._server, registry, name, wanted.build, wanted.source)
        if wanted.kind:
            replaced = registry.replaced(wanted.family, wanted.digest)
            _drop(registry, replaced, lambda old: registry.retire(old, wanted.family))


def _drop(registry: Registry, names: Iterable[str], condemn: Callable[[str], bool]) -> None:
    for name in names:
        if registry.locks.try_acquire(name):
            # what cannot be dropped now is no reason to stop: a later run tries again
            with contextlib.suppress(FactoryFloorError, psycopg.Error):
                if condemn(name):
                    discard(registry, name)
            registry.locks.release(name)
