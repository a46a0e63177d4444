"""The floor that one process's tests stand on: a clone, and the connection they share."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import uuid
from typing import TYPE_CHECKING, Any

from factoryfloor.adoption import filled
from factoryfloor.databases import Databases
from factoryfloor.errors import EscapedTransactionError, FactoryFloorError
from factoryfloor.isolation import PinnedConnection
from factoryfloor.server import database_in, server_from

from .application import Application

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Dialect

    from factoryfloor.settings import Settings


class Floor:
    """One process's database. Its address is fixed at once; the server starts at first use."""

    def __init__(self, settings: Settings, *, run: str, worker: str | None = None) -> None:
        url = os.environ.get("TEST_DATABASE_URL") or None
        self.settings = settings
        self.server = server_from(
            url,
            version=settings.postgres_version,
            binaries=settings.postgres_binaries,
            idle_timeout=settings.idle_timeout,
        )
        self._named = database_in(url) if url else None
        self.database = self.asked_for = self._name(run, worker)
        self.url = self.server.address.url(self.database)
        self.application = Application(settings, self.url)
        self._databases = Databases(self.server)
        self._conninfo: str | None = None
        self._pinned: PinnedConnection | None = None
        self._in_test = False
        self._building: str | None = None
        self._scratch: set[str] = set()
        self._lock = threading.RLock()
        self.failure: FactoryFloorError | None = None

    def _name(self, run: str, worker: str | None) -> str:
        if self._named is None:
            return "_".join(filter(None, (self.settings.database, run[:8], worker)))
        return f"{self._named}_{worker}" if worker else self._named

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

    def prepare(self) -> PinnedConnection:
        """The connection that tests share, its database made from the template at first use.

        Raises a `FactoryFloorError` that says what is missing; then nothing is left behind.
        """
        if self._pinned is None:
            with self._lock:
                if self._pinned is None:
                    self._pinned = PinnedConnection(self.make())
                    if self._in_test:
                        self._pinned.begin_test()
        return self._pinned

    def make(self) -> str:
        """The libpq address of this process's database, made at the first call.

        It has another name than asked for where another process holds that; `url` and
        `environment` then follow.
        """
        with self._lock:
            if self._conninfo is None:
                with self._noting_failure():
                    self.application.check()
                    self._conninfo = self._clone()
            return self._conninfo

    @contextlib.contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except FactoryFloorError as error:
            self.failure = error
            raise

    def _clone(self) -> str:
        if self._named is not None:
            self._databases.refuse_foreign(self._named)  # before anything is made
        self.database = self._databases.clone(self._template(), self.database)
        self.url = self.server.address.url(self.database)
        return self.server.address.conninfo(self.database)

    def _template(self) -> str:
        schema = self.application.schema
        # a template can be cloned by its owner alone, and its tables are of one major version
        made_by = f"{self._databases.role}:{self._databases.major_version}"
        digest = hashlib.sha256(f"{schema.digest()}:{made_by}".encode()).hexdigest()

        def build(conninfo: str) -> None:
            self._building = conninfo
            try:
                schema.build(conninfo)
            finally:
                self._building = None

        return self._databases.template(digest, self.settings.database, build)

    def target(
        self, _dialect: Dialect, cparams: Mapping[str, Any]
    ) -> PinnedConnection | str | None:
        """Where an engine connects: to the test's connection, and outside a test to the clone."""
        if self._building is not None:
            return self._building
        if cparams.get("dbname") in self._scratch:
            return None
        pinned = self.prepare()
        return pinned if pinned.active else pinned.conninfo

    def begin_test(self) -> None:
        """From here on every engine joins one transaction, begun with its first statement."""
        self._in_test = True
        if self._pinned is not None:
            self._pinned.begin_test()

    def end_test(self) -> list[str]:
        """Roll the test's transaction back.

        Returns, as sentences, what the test left open and where it differed from separate
        connections. When a statement ended the transaction, the database is made anew.
        """
        self._in_test = False
        if self._pinned is None:
            return []
        try:
            left = self._pinned.end_test()
        except EscapedTransactionError as error:
            self._conninfo = self._clone()
            self._pinned.reconnect(self._conninfo)
            return [str(error)]
        notes = list(self._pinned.notes)
        return [*(f"left open with uncommitted changes: {each}" for each in left), *notes]

    @contextlib.contextmanager
    def scratch(self) -> Iterator[str]:
        """The URL of an empty database of one's own, whose engines connect for real."""
        name = f"{self.settings.database}_scratch_{uuid.uuid4().hex[:8]}"
        with self._noting_failure():
            self._databases.create(name)
        self._scratch.add(name)
        try:
            yield self.server.address.url(name)
        finally:
            self._scratch.discard(name)
            self._databases.drop(name)

    def close(self) -> None:
        """Drop what this process made; a database that TEST_DATABASE_URL names stays."""
        if self._pinned is not None:
            self._pinned.close()
            self._pinned = None
        self._conninfo = None
        keep = {self.database} if self.database == self._named else set()
        self._databases.close(keep=keep)
