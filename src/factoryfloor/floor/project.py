"""The database of one process, and throw-away copies of it, made from the project's template."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import uuid
from typing import TYPE_CHECKING, Any

from factoryfloor.databases import Databases, copy_name
from factoryfloor.errors import FactoryFloorError

from .world import in_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factoryfloor.databases import Replacing, Worlds
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
        self._digest = ""
        self._copies: dict[str, str] = {}
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
                    self.name = self._databases.clone(self.template(application), self.name)
                self.conninfo = self.server.address.conninfo(self.name)
            return self.conninfo

    @property
    def worlds(self) -> Worlds:
        """What stands in the place of databases of the same server."""
        return self._databases.worlds

    @property
    def replacing(self) -> Replacing:
        """What gets the names of databases of the same server."""
        return self._databases.replacing

    def is_made(self, template: str | None = None) -> bool:
        """Whether the database is there, or this process's copy of a snapshot."""
        return self.conninfo is not None if template is None else template in self._copies

    def spoilt(self, template: str | None = None) -> None:
        """It has been changed for good: it is made anew at next use.

        With a `template` that is said of the copy of it.
        """
        if template is None:
            self.conninfo = None
        else:
            self._copies.pop(template, None)

    def lost(self) -> None:
        """The server is gone, and every database with it: they are made anew at next use."""
        self.conninfo = None
        self._copies.clear()

    def copy(self, template: str) -> str:
        """The libpq address of this process's copy of a snapshot, made at the first call."""
        with self._lock:
            if template not in self._copies:
                with self._noting_failure():
                    asked_for = copy_name(self._asked_for, template[-12:])
                    name = self._databases.clone(template, asked_for)
                self._copies[template] = self.server.address.conninfo(name)
            return self._copies[template]

    def throw_away(self, application: Application, template: str | None = None) -> str:
        """The name of a copy for one test: of the schema, or of a snapshot."""
        with self._lock, self._noting_failure():
            name = f"{self._asked_for}_committed"
            return self._databases.clone(template or self.template(application), name)

    def clone(self, template: str, name: str) -> str:
        """The name of a fresh copy of a template, leased by this process."""
        return self._databases.clone(template, name)

    def snapshot(
        self, application: Application, kind: str, digest: str, build: Callable[[str], Any]
    ) -> tuple[str, Any]:
        """The name of the template of a snapshot, and what is recorded with it.

        It is built from the schema's template unless there is one with this digest for this schema;
        then it takes the place of others of its kind.
        """
        source = self.template(application)
        combined = self._combined(application, digest)

        def build_here(conninfo: str) -> Any:
            with self._building(conninfo):
                return build(conninfo)

        template = self._databases.template(
            combined, self.prefix, build_here, kind=kind, source=source
        )
        return template, self._databases.record(combined, self.prefix, kind)

    def record(self, application: Application, kind: str, digest: str) -> Any:
        """What is recorded with a snapshot, None where there is none of this digest.

        Nothing is made to find out.
        """
        if not self._databases.begun:
            return None
        return self._databases.record(self._combined(application, digest), self.prefix, kind)

    def latest_record(self, kind: str) -> Any:
        """What is recorded with the newest snapshot of this kind, whatever its digest."""
        return self._databases.latest_record(self.prefix, kind)

    def _combined(self, application: Application, digest: str) -> str:
        return hashlib.sha256(f"{self._schema_digest(application)}:{digest}".encode()).hexdigest()

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
        self._copies.clear()
        keep = {self.name} if self.name == self._named else set()
        self._databases.close(keep=keep)

    @contextlib.contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except FactoryFloorError as error:
            self.failure = error
            raise

    def template(self, application: Application) -> str:
        """The name of the schema's template, built if there is none.

        The schema is that of the process, whatever a test adds to the metadata.
        """
        if self._template_name is None:
            self._template_name = self._found_template(application)
        return self._template_name

    def _found_template(self, application: Application) -> str:
        schema = application.schema

        def build(conninfo: str) -> None:
            with self._building(conninfo):
                schema.build(conninfo)

        return self._databases.template(self._schema_digest(application), self.prefix, build)

    @contextlib.contextmanager
    def _building(self, conninfo: str) -> Iterator[None]:
        """Have engines connect there: this context's, and those of threads that have none."""
        before, self.building = self.building, conninfo
        try:
            with in_world(conninfo):
                yield
        finally:
            self.building = before

    def _schema_digest(self, application: Application) -> str:
        if not self._digest:
            # a template can be cloned by its owner alone, and its tables are of one major version
            made_by = f"{self._databases.role}:{self._databases.major_version}"
            schema = application.schema.digest()
            self._digest = hashlib.sha256(f"{schema}:{made_by}".encode()).hexdigest()
        return self._digest
