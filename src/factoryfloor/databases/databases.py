"""The databases of one process: templates that it shares, clones that it leases."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from factoryfloor.errors import ForeignDatabaseError

from .dropping import Drops
from .home import join_registry, names_on, open_registry
from .leases import Leases, apart
from .making import discard, making, refuse_contents, vacate
from .names import REGISTRY
from .registry import Standing
from .replacing import Replacing
from .statements import create_empty
from .templates import Templates, Wanted
from .worlds import Worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import psycopg
    from psycopg.rows import TupleRow

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
        self._templates = Templates(server)
        self._pid = os.getpid()
        self._begun = False
        self._start()

    def _start(self) -> None:
        def join() -> psycopg.Connection[TupleRow]:
            return join_registry(self._server, self._registry_name)

        self._leases = Leases(self._open)
        self._drops = Drops(join, self._leases.give_back)
        self._worlds = Worlds(self._with_registry, self._leases.give_back, join)
        self._replacing = Replacing(
            self._server, self._registry_name, self._with_registry, self._leases, self._worlds.drain
        )

    def _open(self) -> psycopg.Connection[TupleRow]:
        return open_registry(self._server, self._registry_name)

    @property
    def begun(self) -> bool:
        """Whether the server has a registry yet; none is made to find out."""
        self._server.ensure()
        self._begun = self._begun or self._registry_name in names_on(self._server)
        return self._begun

    @property
    def major_version(self) -> int:
        """The server's major version, such as 17."""
        return self._with_registry(lambda each: each.connection.info.server_version // 10_000)

    @property
    def role(self) -> str:
        """The role that owns what is made here."""
        return self._with_registry(lambda each: each.connection.info.user)

    @property
    def worlds(self) -> Worlds:
        """What stands in the place of databases of this server."""
        self._notice_fork()
        return self._worlds

    @property
    def replacing(self) -> Replacing:
        """What gets the names of databases of this server."""
        self._notice_fork()
        return self._replacing

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

    def template(
        self,
        digest: str,
        project: str,
        build: Callable[[str], Any],
        *,
        kind: str = "",
        source: str | None = None,
    ) -> str:
        """The name of the template with this digest, built unless it is whole already.

        `build` gets the libpq address of an empty database, or of a copy of the template `source`,
        and returns None or what `record` is to tell of the template. When it raises, the database
        is dropped, and the error passed on, as `SchemaError` unless it is a `FactoryFloorError`.
        A template with a `kind` takes the place of those of the same kind with other digests.
        """
        wanted, templates = Wanted(project, kind, digest, build, source), self._templates
        if not self._with_registry(lambda each: templates.find(each, wanted)):
            apart(self._open, lambda each: templates.find_or_build(each, wanted))
        return wanted.name

    def record(self, digest: str, project: str, kind: str) -> Any:
        """What was recorded with a template, in JSON; None if there is none, or nothing was."""
        name = Wanted(project, kind, digest).name
        return self._with_registry(lambda registry: registry.record(name))

    def latest_record(self, project: str, kind: str) -> Any:
        """What was recorded last with a template of this kind, whatever its digest."""
        family = Wanted(project, kind, "").family
        return self._with_registry(lambda registry: registry.latest(family))

    def clone(self, template: str, name: str) -> str:
        """A fresh copy of a template, leased while this process lives; its name is returned.

        It is `name`, or `name_2`, `name_3`, … while other living processes lease those, or this
        one is dropping them. A database of that name is replaced when it is recorded, or empty.
        """
        return self._make(
            name, lambda registry, chosen: self._templates.clone(registry, template, chosen)
        )

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

        self._with_registry(lambda registry: self._templates.clean(registry, project, ""))

    def close(self, keep: Collection[str] = ()) -> None:
        """Drop what this process cloned or created, except `keep`, and give the leases back.

        A kept database is replaced by the next process that asks for its name. When the server is
        gone, nothing happens. In a forked child only what the child itself made is dropped.
        """
        if self._pid == os.getpid():
            self._drops.close()
            self._worlds.close()
            self._leases.close(keep)
            self._start()

    def _with_registry(self, act: Callable[[Registry], _Result]) -> _Result:
        self._notice_fork()
        return self._leases.use(act)

    def _notice_fork(self) -> None:
        if self._pid != os.getpid():
            # referenced, because its connection is the parent's to close
            self._inherited.append(self._leases)
            self._pid = os.getpid()
            self._start()

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
