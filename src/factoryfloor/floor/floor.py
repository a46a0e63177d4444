"""The floor that one process's tests stand on: a database, and the connection they share."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from factoryfloor.adoption import filled
from factoryfloor.errors import EscapedTransactionError, FactoryFloorError, IsolationError
from factoryfloor.isolation import Epoch, SeparateConnections, refuse_late_work
from factoryfloor.server import database_in, server_from

from .application import Application
from .pins import Pins
from .project import ProjectDatabase
from .world import current_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Dialect

    from factoryfloor.isolation import PinnedConnection
    from factoryfloor.server import Server
    from factoryfloor.settings import Settings


class Ended(NamedTuple):
    """What is to be said of a test that has ended, in sentences.

    `left` tells what it left and who did, `notes` where it differed from separate connections.
    """

    left: list[str]
    notes: list[str]


class Floor:
    """One process's database. Its address is fixed at once; the server starts at first use.

    `server` is another one than TEST_DATABASE_URL names.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        run: str,
        worker: str | None = None,
        server: Server | None = None,
    ) -> None:
        url = None if server else os.environ.get("TEST_DATABASE_URL") or None
        named = database_in(url) if url else None
        self.settings = settings
        self.server = server or server_from(
            url,
            version=settings.postgres_version,
            binaries=settings.postgres_binaries,
            idle_timeout=settings.idle_timeout,
        )
        self.asked_for = _name(named, settings.database, run, worker)
        self.project = ProjectDatabase(self.server, settings.database, self.asked_for, named)
        self.application = Application(settings, self.url)
        self.epoch: Epoch | None = None
        self._pins = Pins(self.project, self.application)
        self._template: str | None = None  # of the snapshot that the test stands on
        self._separate: SeparateConnections | None = None
        self._lock = threading.RLock()

    @property
    def database(self) -> str:
        """The name of the database; another than asked for where another process holds that."""
        return self.project.name

    @property
    def url(self) -> str:
        """The address of the database, for SQLAlchemy."""
        return self.server.address.url(self.database)

    @property
    def failure(self) -> FactoryFloorError | None:
        """Why there is no database."""
        return self.project.failure

    @property
    def placeholders(self) -> Mapping[str, object]:
        """What `environment` may refer to."""
        address = self.server.address
        return {
            "database_url": self.url,
            "host": address.host,
            "port": address.port,
            "user": address.user,
            "password": address.password or "",
            "database": self.database,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the application is to be imported with."""
        settings = self.settings
        return filled(settings.environment, self.placeholders, file=settings.file)

    @property
    def connections(self) -> PinnedConnection | SeparateConnections:
        """What the test's engines connect to: it counts statements, and tracks sessions."""
        return self._separate or self.prepare()

    def prepare(self) -> PinnedConnection:
        """The connection that tests share, its database made from the template at first use.

        Raises a `FactoryFloorError` that says what is missing; then nothing is left behind.
        """
        found = self._pins.find(self._template)
        if found is None:
            with self._lock:
                found = self._connect()
        return found

    def make(self) -> str:
        """The libpq address of this process's database, made at the first call.

        It has another name than asked for where another process holds that; `url` and
        `environment` then follow.
        """
        return self.project.make(self.application)

    def target(
        self, _dialect: Dialect, cparams: Mapping[str, Any]
    ) -> PinnedConnection | SeparateConnections | str | None:
        """Where an engine connects: to the test's connection, and outside a test to the clone."""
        if building := current_world() or self.project.building:
            return building
        if cparams.get("dbname") in self.project.scratch_names:
            return None
        refuse_late_work(self.epoch)
        if self._separate is not None:
            return self._separate
        pinned = self.prepare()
        if pinned.active:
            return pinned
        pinned.roll_back_groups()  # what happens outside of tests must not wait for their locks
        return pinned.conninfo

    def begin_test(
        self, label: str = "", *, committed: bool = False, template: str | None = None
    ) -> None:
        """From here on every engine joins one transaction, begun with its first statement.

        With a `template` that is on this process's copy of a snapshot. With `committed` engines
        connect to a copy for this test instead, where commits are real.
        """
        self._begin(Epoch(label), template, committed=committed)

    def end_test(self) -> Ended:
        """Roll the test's transaction back, or have its copy of the database dropped.

        When a statement ended the transaction, the database is made anew.
        """
        self.epoch = None
        separate, self._separate = self._separate, None
        template, self._template = self._template, None
        if separate is not None:
            left = separate.end()
            self.project.drop_later(separate.database)
            return Ended(left, [])
        return self._end(template)

    def move(self, template: str | None) -> Ended:
        """Let the running test go on from the beginning on another database; what it did is lost.

        That is this process's copy of a snapshot, or its own database. Raises `IsolationError`
        where no test is running.
        """
        epoch = self.epoch
        if epoch is None:
            raise IsolationError("no test is running that could go on on another database.")
        tracked, committed = list(self.connections.tracked), self._separate is not None
        for each in tracked:
            each.discard()
        ended = self.end_test()
        self._begin(epoch, template, committed=committed)
        self.connections.tracked.extend(tracked)
        return ended

    def _begin(self, epoch: Epoch, template: str | None, *, committed: bool) -> None:
        self.epoch = epoch
        self._template = template
        if committed:
            name = self.project.throw_away(self.application, template)
            conninfo = self.server.address.conninfo(name)
            self._separate = SeparateConnections(conninfo, name, epoch)
            return
        self._pins.renew()
        found = self._pins.find(template)
        if found is not None:
            found.tracked[:] = [each for each in found.tracked if not each.ended]
            found.begin_test(epoch)

    def _end(self, template: str | None) -> Ended:
        pinned = self._pins.find(template)
        if pinned is None or not pinned.active:
            return Ended([], [])
        try:
            left = pinned.end_test()
        except EscapedTransactionError as error:
            self.project.spoilt(template)
            return Ended([], [str(error)])
        return Ended(left, list(pinned.notes))

    @contextlib.contextmanager
    def scratch(self) -> Iterator[str]:
        """The URL of an empty database of one's own, whose engines connect for real."""
        with self.project.scratch() as name:
            yield self.server.address.url(name)

    def close(self) -> None:
        """Drop what this process made; a database that TEST_DATABASE_URL names stays."""
        self._pins.close()
        self.project.close()

    def _connect(self) -> PinnedConnection:
        """Pin a connection to the database, and have a running test begin on it."""
        found = self._pins.find(self._template)  # another thread may have been faster
        if found is None:
            found = self._pins.connect(self._template)
            if self.epoch is not None and self._separate is None and not found.active:
                found.begin_test(self.epoch)
        return found


def _name(named: str | None, prefix: str, run: str, worker: str | None) -> str:
    if named is None:
        return "_".join(filter(None, (prefix, run[:8], worker)))
    return f"{named}_{worker}" if worker else named
