"""The floor that one process's tests stand on: a database, and the connection they share."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from factoryfloor.adoption import filled
from factoryfloor.errors import EscapedTransactionError, FactoryFloorError
from factoryfloor.isolation import Epoch, PinnedConnection, SeparateConnections, refuse_late_work
from factoryfloor.server import database_in, server_from

from .application import Application
from .project import ProjectDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Dialect

    from factoryfloor.settings import Settings


class Ended(NamedTuple):
    """What is to be said of a test that has ended, in sentences.

    `left` tells what it left and who did, `notes` where it differed from separate connections.
    """

    left: list[str]
    notes: list[str]


class Floor:
    """One process's database. Its address is fixed at once; the server starts at first use."""

    def __init__(self, settings: Settings, *, run: str, worker: str | None = None) -> None:
        url = os.environ.get("TEST_DATABASE_URL") or None
        named = database_in(url) if url else None
        self.settings = settings
        self.server = server_from(
            url,
            version=settings.postgres_version,
            binaries=settings.postgres_binaries,
            idle_timeout=settings.idle_timeout,
        )
        self.asked_for = _name(named, settings.database, run, worker)
        self.project = ProjectDatabase(self.server, settings.database, self.asked_for, named)
        self.application = Application(settings, self.url)
        self.epoch: Epoch | None = None
        self._pinned: PinnedConnection | None = None
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
        if self._pinned is None or self.project.conninfo is None:
            with self._lock:
                self._connect()
        assert self._pinned is not None
        return self._pinned

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
        if self.project.building is not None:
            return self.project.building
        if cparams.get("dbname") in self.project.scratch_names:
            return None
        refuse_late_work(self.epoch)
        if self._separate is not None:
            return self._separate
        pinned = self.prepare()
        return pinned if pinned.active else pinned.conninfo

    def begin_test(self, label: str = "", *, committed: bool = False) -> None:
        """From here on every engine joins one transaction, begun with its first statement.

        With `committed` they connect to a copy of the database instead, where commits are real.
        """
        self.epoch = Epoch(label)
        if committed:
            name = self.project.throw_away(self.application)
            self._separate = SeparateConnections(
                self.server.address.conninfo(name), name, self.epoch
            )
        elif self._pinned is not None:
            if self._pinned.lost:
                self.project.spoilt()
            if self.project.conninfo is not None:
                self._pinned.begin_test(self.epoch)

    def end_test(self) -> Ended:
        """Roll the test's transaction back, or have its copy of the database dropped.

        When a statement ended the transaction, the database is made anew.
        """
        self.epoch = None
        separate, self._separate = self._separate, None
        if separate is not None:
            left = separate.end()
            self.project.drop_later(separate.database)
            return Ended(left, [])
        pinned = self._pinned
        if pinned is None or not pinned.active:
            return Ended([], [])
        try:
            left = pinned.end_test()
        except EscapedTransactionError as error:
            self.project.spoilt()
            return Ended([], [str(error)])
        return Ended(left, list(pinned.notes))

    @contextlib.contextmanager
    def scratch(self) -> Iterator[str]:
        """The URL of an empty database of one's own, whose engines connect for real."""
        with self.project.scratch() as name:
            yield self.server.address.url(name)

    def close(self) -> None:
        """Drop what this process made; a database that TEST_DATABASE_URL names stays."""
        if self._pinned is not None:
            self._pinned.close()
            self._pinned = None
        self.project.close()

    def _connect(self) -> None:
        """Pin a connection to the database, and have a running test begin on it."""
        if self._pinned is not None and self.project.conninfo is not None:
            return  # another thread was faster
        conninfo = self.make()
        if self._pinned is None:
            self._pinned = PinnedConnection(conninfo)
        else:
            self._pinned.reconnect(conninfo)
        if self.epoch is not None and self._separate is None and not self._pinned.active:
            self._pinned.begin_test(self.epoch)


def _name(named: str | None, prefix: str, run: str, worker: str | None) -> str:
    if named is None:
        return "_".join(filter(None, (prefix, run[:8], worker)))
    return f"{named}_{worker}" if worker else named
