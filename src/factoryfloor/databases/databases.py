"""The databases of one process: templates that it shares, clones that it leases."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

import psycopg

from factoryfloor.errors import FactoryFloorError, ForeignDatabaseError, SchemaError

from .home import names_on, open_registry
from .making import build_template, discard, making, refuse_contents, vacate
from .names import REGISTRY, alternatives, template_name
from .registry import Registry, Standing
from .statements import create_clone, create_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from factoryfloor.server import Server


class Databases:
    """Templates and clones on one server, recorded in its registry.

    The registry is opened at first use and its connection stays open until `close()`: it holds
    the leases, which PostgreSQL frees by itself when the process dies. A forked child has a
    connection and leases of its own. Every method may be called from any thread, and raises
    `ServerUnreachableError`, `InsufficientPrivilegeError` or `ForeignDatabaseError`.

    `registry` names the registry's database.
    """

    def __init__(self, server: Server, *, registry: str = REGISTRY) -> None:
        self._server = server
        self._registry_name = registry
        self._inherited: list[Registry] = []
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._start()

    def _start(self) -> None:
        self._opened: Registry | None = None
        self._leased: set[str] = set()
        self._cleaned = False

    @property
    def major_version(self) -> int:
        """The server's major version, such as 17."""
        with self._registry() as registry:
            return registry.connection.info.server_version // 10_000

    @property
    def role(self) -> str:
        """The role that owns what is made here."""
        with self._registry() as registry:
            return registry.connection.info.user

    def refuse_foreign(self, name: str) -> None:
        """Raise `ForeignDatabaseError` where this database is somebody else's and not empty.

        Nothing is made, neither a database nor the registry.
        """
        self._server.ensure()
        existing = names_on(self._server)
        if name not in existing:
            return
        if self._registry_name in existing:
            with self._registry() as registry:
                if registry.standing(name) is not Standing.FOREIGN:
                    return
        # other workers may look at it at the same time
        refuse_contents(self._server, name, visited=True)

    def template(self, digest: str, project: str, build: Callable[[str], None]) -> str:
        """The name of the template with this digest, built unless it is whole already.

        `build` gets the libpq address of an empty database. When it raises, the database is
        dropped, and the error passed on, as `SchemaError` unless it is a `FactoryFloorError`.
        """
        name = template_name(project, digest)
        with self._registry() as registry:
            self._clean_once(registry, project, digest)
            if registry.touch(name):
                return name
            with registry.locks.held(name):
                # a process that held the lock may have built it
                if not registry.touch(name):
                    vacate(self._server, registry, name)
                    registry.record_template(name, project, digest)
                    build_template(self._server, registry, name, build)
        return name

    def clone(self, template: str, name: str) -> str:
        """A fresh copy of a template, leased while this process lives; its name is returned.

        It is `name`, or `name_2`, `name_3`, … while other living processes lease those. A database
        of that name is replaced when it is recorded, or empty.
        """

        def make(registry: Registry, chosen: str) -> None:
            if not registry.record_clone(chosen, template):
                raise SchemaError(f"there is no whole template {template!r}; build it first.")
            with making(registry, chosen):
                create_clone(registry.connection, chosen, template, self._server.strategy)

        return self._make(name, make)

    def create(self, name: str) -> str:
        """An empty database, recorded and leased as a clone is; its name is returned."""

        def make(registry: Registry, chosen: str) -> None:
            registry.record_empty(chosen)
            with making(registry, chosen):
                create_empty(registry.connection, chosen)

        return self._make(name, make)

    def drop(self, name: str) -> None:
        """Drop a recorded database; a name that there is not is passed over.

        Raises `ForeignDatabaseError` when it is not recorded or another process leases it.
        """
        with self._registry() as registry:
            if registry.standing(name) is Standing.FOREIGN:
                raise ForeignDatabaseError(
                    f"the database {name!r} was not made by factoryfloor, so it is not dropped. "
                    "Drop it yourself."
                )
            if name not in self._leased and not registry.locks.try_acquire(name):
                raise ForeignDatabaseError(
                    f"the database {name!r} is in use by another process; wait for its end."
                )
            discard(registry, name)
            registry.locks.release(name)
            self._leased.discard(name)

    def close(self, keep: Collection[str] = ()) -> None:
        """Drop what this process cloned or created, except `keep`, and give the leases back.

        A kept database is replaced by the next process that asks for its name. When the server is
        gone, nothing happens. In a forked child only what the child itself made is dropped.
        """
        if self._pid != os.getpid() or self._opened is None:
            return
        with self._lock, self._opened.connection:
            for name in self._leased:
                # what cannot be dropped now stays recorded, so that a later run drops it
                with contextlib.suppress(FactoryFloorError, psycopg.Error):
                    if name in keep:
                        self._opened.keep(name)
                    else:
                        discard(self._opened, name)
            self._start()

    @contextlib.contextmanager
    def _registry(self) -> Iterator[Registry]:
        if self._pid != os.getpid():
            # referenced, because it is the parent's to close
            self._inherited.extend(filter(None, [self._opened]))
            self._pid = os.getpid()
            self._lock = threading.RLock()
            self._start()
        with self._lock:
            if self._opened is None:
                self._opened = Registry(open_registry(self._server, self._registry_name))
            yield self._opened

    def _make(self, name: str, make: Callable[[Registry, str], None]) -> str:
        with self._registry() as registry:
            chosen = self._lease(registry, name)
            try:
                vacate(self._server, registry, chosen)
                make(registry, chosen)
            except BaseException:
                self._leased.discard(chosen)
                with contextlib.suppress(psycopg.Error):
                    registry.locks.release(chosen)
                raise
            registry.complete(chosen)
            return chosen

    def _lease(self, registry: Registry, name: str) -> str:
        with registry.locks.gate_passed():
            for chosen in alternatives(name):
                if chosen in self._leased or registry.locks.try_acquire(chosen):
                    break
        self._leased.add(chosen)
        return chosen

    def _clean_once(self, registry: Registry, project: str, digest: str) -> None:
        if self._cleaned:
            return
        self._cleaned = True
        stale = registry.stale(project, digest)
        if not stale:
            return
        with registry.locks.gate_closed():
            for name in stale:
                if registry.locks.try_acquire(name):
                    # what cannot be dropped now is no reason to stop: a later run tries again
                    with contextlib.suppress(FactoryFloorError, psycopg.Error):
                        if registry.condemn(name, project, digest):
                            discard(registry, name)
                    registry.locks.release(name)
