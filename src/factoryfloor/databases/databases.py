"""The databases of one process: templates that it shares, clones that it leases."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, TypeVar

import psycopg

from factoryfloor.errors import FactoryFloorError, ForeignDatabaseError, SchemaError

from .dropping import Drops
from .home import join_registry, names_on, open_registry
from .leases import Leases
from .making import build_template, discard, making, refuse_contents, vacate
from .names import REGISTRY, template_name
from .registry import Standing
from .statements import create_clone, create_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from factoryfloor.server import Server

    from .registry import Registry

_Result = TypeVar("_Result")


class Databases:
    """Templates and clones on one server, recorded in its registry.

    The registry is opened at first use and its connection stays open until `close()`: it holds
    the leases, which PostgreSQL frees by itself when the process dies. A forked child has a
    connection and leases of its own. When the server has died, the next call begins anew, on a
    new server if need be: clones are then to be asked for again, and templates, if they went with
    it, are built again. Every method may be called from any thread, and raises
    `ServerUnreachableError`, `InsufficientPrivilegeError` or `ForeignDatabaseError`.

    `registry` names the registry's database.
    """

    def __init__(self, server: Server, *, registry: str = REGISTRY) -> None:
        self._server = server
        self._registry_name = registry
        self._inherited: list[Leases] = []
        self._builders: dict[str, Callable[[Registry], None]] = {}
        self._pid = os.getpid()
        self._start()

    def _start(self) -> None:
        self._cleaned = False
        self._leases = Leases(lambda: open_registry(self._server, self._registry_name))
        self._drops = Drops(
            lambda: join_registry(self._server, self._registry_name), self._leases.give_back
        )

    @property
    def major_version(self) -> int:
        """The server's major version, such as 17."""
        return self._with_registry(lambda each: each.connection.info.server_version // 10_000)

    @property
    def role(self) -> str:
        """The role that owns what is made here."""
        return self._with_registry(lambda each: each.connection.info.user)

    def refuse_foreign(self, name: str) -> None:
        """Raise `ForeignDatabaseError` where this database is somebody else's and not empty.

        Nothing is made, neither a database nor the registry.
        """
        self._server.ensure()
        existing = names_on(self._server)
        if name not in existing:
            return
        if self._registry_name in existing:
            standing = self._with_registry(lambda registry: registry.standing(name))
            if standing is not Standing.FOREIGN:
                return
        # other workers may look at it at the same time
        refuse_contents(self._server, name, visited=True)

    def template(self, digest: str, project: str, build: Callable[[str], None]) -> str:
        """The name of the template with this digest, built unless it is whole already.

        `build` gets the libpq address of an empty database. When it raises, the database is
        dropped, and the error passed on, as `SchemaError` unless it is a `FactoryFloorError`.
        """
        name = template_name(project, digest)

        def find_or_build(registry: Registry) -> None:
            self._clean_once(registry, project, digest)
            if registry.touch(name):
                return
            with registry.locks.held(name):
                # a process that held the lock may have built it
                if not registry.touch(name):
                    vacate(self._server, registry, name)
                    registry.record_template(name, project, digest)
                    build_template(self._server, registry, name, build)

        self._with_registry(find_or_build)
        self._builders[name] = find_or_build
        return name

    def clone(self, template: str, name: str) -> str:
        """A fresh copy of a template, leased while this process lives; its name is returned.

        It is `name`, or `name_2`, `name_3`, … while other living processes lease those, or this
        one is dropping them. A database of that name is replaced when it is recorded, or empty.
        """

        def make(registry: Registry, chosen: str) -> None:
            if not registry.record_clone(chosen, template):
                self._rebuild(registry, template)
                registry.record_clone(chosen, template)
            with making(registry, chosen):
                create_clone(registry.connection, chosen, template, self._server.strategy)

        return self._make(name, make)

    def _rebuild(self, registry: Registry, template: str) -> None:
        """Build a template again that this process asked for, and that is gone since."""
        if template not in self._builders:
            raise SchemaError(f"there is no whole template {template!r}; build it first.")
        self._builders[template](registry)

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

        def drop(registry: Registry) -> None:
            self._drops.settle(name)
            if registry.standing(name) is Standing.FOREIGN:
                raise ForeignDatabaseError(
                    f"the database {name!r} was not made by factoryfloor, so it is not dropped. "
                    "Drop it yourself."
                )
            if name not in self._leases.names and not registry.locks.try_acquire(name):
                raise ForeignDatabaseError(
                    f"the database {name!r} is in use by another process; wait for its end."
                )
            discard(registry, name)
            self._leases.give_back(name)

        self._with_registry(drop)

    def drop_later(self, name: str) -> None:
        """Have a leased database dropped in the background, whoever is connected to it.

        Nothing but `close()` waits for it: who asks for the same name meanwhile gets the next. A
        name that this process does not lease is passed over; what cannot be dropped stays recorded
        for a later run.
        """
        if self._pid == os.getpid() and name in self._leases.names:
            self._drops.add(name)

    def clean(self, project: str) -> None:
        """Drop what processes that were killed have left of this project's."""

        def drop_stale(registry: Registry) -> None:
            self._cleaned = False
            self._clean_once(registry, project, "")

        self._with_registry(drop_stale)

    def close(self, keep: Collection[str] = ()) -> None:
        """Drop what this process cloned or created, except `keep`, and give the leases back.

        A kept database is replaced by the next process that asks for its name. When the server is
        gone, nothing happens. In a forked child only what the child itself made is dropped.
        """
        if self._pid == os.getpid():
            self._drops.close()
            self._leases.close(keep)
            self._start()

    def _with_registry(self, act: Callable[[Registry], _Result]) -> _Result:
        if self._pid != os.getpid():
            # referenced, because its connection is the parent's to close
            self._inherited.append(self._leases)
            self._pid = os.getpid()
            self._start()
        return self._leases.use(act)

    def _make(self, name: str, make: Callable[[Registry, str], None]) -> str:
        def lease_and_make(registry: Registry) -> str:
            chosen = self._leases.take(registry, name, self._drops.is_pending)
            try:
                vacate(self._server, registry, chosen)
                make(registry, chosen)
            except BaseException:
                self._leases.give_back(chosen)
                raise
            return chosen

        return self._with_registry(lease_and_make)

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
