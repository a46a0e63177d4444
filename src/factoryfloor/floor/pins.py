"""The connections that tests share: one to the process's database, one to each copy of a snapshot.

A snapshot's is named by its template, the database's own by None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factoryfloor.isolation import PinnedConnection

if TYPE_CHECKING:
    from .application import Application
    from .project import ProjectDatabase

# a server takes a hundred connections, and there may be many workers
_MOST_SNAPSHOTS: Final = 3


class Pins:
    """Pinned connections, made at first use; those to snapshots give way to one another."""

    def __init__(self, project: ProjectDatabase, application: Application) -> None:
        self._project = project
        self._application = application
        self._pins: dict[str | None, PinnedConnection] = {}  # the one used last is the last

    def find(self, template: str | None) -> PinnedConnection | None:
        """The connection there is, if its database is whole."""
        found = self._pins.get(template)
        return found if found is not None and self._project.is_made(template) else None

    def connect(self, template: str | None) -> PinnedConnection:
        """The connection to a whole database, which is made if there is none.

        Raises a `FactoryFloorError` that says what is missing; then nothing is left behind.
        """
        conninfo = self._made(template)
        found = self._pins.pop(template, None)
        if found is None:
            found = PinnedConnection(conninfo)
        elif found.conninfo != conninfo:
            found.reconnect(conninfo)
        self._pins[template] = found
        self._let_go()
        return found

    def renew(self) -> None:
        """Have every database made anew at its next use where the server was lost."""
        if any(each.lost for each in self._pins.values()):
            self._project.lost()

    def close(self) -> None:
        """Close them all."""
        for each in self._pins.values():
            each.close()
        self._pins.clear()

    def _made(self, template: str | None) -> str:
        if template is None:
            return self._project.make(self._application)
        return self._project.copy(template)

    def _let_go(self) -> None:
        snapshots = [name for name, each in self._pins.items() if name and not each.active]
        for name in snapshots[:-_MOST_SNAPSHOTS]:
            self._pins.pop(name).close()
