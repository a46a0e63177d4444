"""The database of one process, and throw-away copies of it, made from the project's template."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import uuid
from typing import TYPE_CHECKING

from factoryfloor.databases import Databases
from factoryfloor.errors import FactoryFloorError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factoryfloor.server import Server

    from .application import Application


class ProjectDatabase:
    """Made at first use, from a template of the application's schema.

    `prefix` begins the names of the project's databases, `name` is the one asked for. `named` is
    the user's own, refused where it is somebody else's, and kept at the end.
    """

    def __init__(self, server: Server, prefix: str, name: str, named: str | None) -> None:
        self.server = server
        self.prefix = prefix
        self.name = name
        self.failure: FactoryFloorError | None = None
        self.conninfo: str | None = None
        self.building: str | None = None
        self.scratch_names: set[str] = set()
        self._asked_for = name
        self._named = named
        self._databases = Databases(server)
        self._template_name: str | None = None
        self._lock = threading.RLock()

    def make(self, application: Application) -> str:
        """The libpq address of the database, made at the first call.

        It has another name than asked for where another process holds that. Raises a
        `FactoryFloorError` that says what is missing; then nothing is left behind.
        """
        with self._lock:
            if self.conninfo is None:
                with self._noting_failure():
                    application.check()
                    if self._named:
                        self._databases.refuse_foreign(self._named)  # before anything is made
                    self.name = self._databases.clone(self._template(application), self.name)
                self.conninfo = self.server.address.conninfo(self.name)
            return self.conninfo

    def spoilt(self) -> None:
        """It has been changed for good, or is lost with its server: it is made anew at next use."""
        self.conninfo = None

    def throw_away(self, application: Application) -> str:
        """The name of a copy for one test."""
        with self._lock, self._noting_failure():
            name = f"{self._asked_for}_committed"
            return self._databases.clone(self._template(application), name)

    def drop_later(self, name: str) -> None:
        """Have such a copy dropped in the background."""
        self._databases.drop_later(name)

    @contextlib.contextmanager
    def scratch(self) -> Iterator[str]:
        """The name of an empty database of one's own."""
        name = f"{self.prefix}_scratch_{uuid.uuid4().hex[:8]}"
        with self._noting_failure():
            self._databases.create(name)
        self.scratch_names.add(name)
        try:
            yield name
        finally:
            self.scratch_names.discard(name)
            self._databases.drop(name)

    def clean(self) -> None:
        """Drop what processes that were killed have left."""
        self._databases.clean(self.prefix)

    def close(self) -> None:
        """Drop what this process made, but for a database of the user's own."""
        self.conninfo = None
        keep = {self.name} if self.name == self._named else set()
        self._databases.close(keep=keep)

    @contextlib.contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except FactoryFloorError as error:
            self.failure = error
            raise

    def _template(self, application: Application) -> str:
        """Its name; the schema is that of the process, whatever a test adds to the metadata."""
        if self._template_name is None:
            self._template_name = self._found_template(application)
        return self._template_name

    def _found_template(self, application: Application) -> str:
        schema = application.schema
        # a template can be cloned by its owner alone, and its tables are of one major version
        made_by = f"{self._databases.role}:{self._databases.major_version}"
        digest = hashlib.sha256(f"{schema.digest()}:{made_by}".encode()).hexdigest()

        def build(conninfo: str) -> None:
            self.building = conninfo
            try:
                schema.build(conninfo)
            finally:
                self.building = None

        return self._databases.template(digest, self.prefix, build)
