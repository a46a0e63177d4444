"""Worlds: databases that stand in the place of another one, their home."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import psycopg
from psycopg import errors

from factoryfloor.errors import ServerUnreachableError
from factoryfloor.server.diagnosis import is_about_the_database

from .draining import Drains
from .home import complete
from .placing import put_in_place
from .registry import Registry, Standing
from .visits import Visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.rows import TupleRow

Use: TypeAlias = "Callable[[Callable[[Registry], str | None]], str | None]"


class Worlds:
    """What one process puts in the place of its server's databases.

    `use` calls a function with the registry in which this process leases its clones, `give_back`
    ends a lease there, `connect` opens a further connection to that registry.
    """

    def __init__(
        self,
        use: Use,
        give_back: Callable[[str], None],
        connect: Callable[[], psycopg.Connection[TupleRow]],
    ) -> None:
        self._use = use
        self._give_back = give_back
        self._connect = connect
        self._drains = Drains(connect)

    def knows(self, name: str) -> bool:
        """Whether this database is recorded as factoryfloor's own.

        Nothing is made to find out: where there is no registry, it is not. Raises
        `ServerUnreachableError` where the server does not answer.
        """
        connection = self._reached()
        if connection is None:
            return False
        with connection:
            try:
                if Registry(connection).standing(name) is not Standing.OURS:
                    return False
            except (errors.UndefinedTable, errors.UndefinedColumn):  # it is somebody else's
                return False
            complete(connection)
            return True

    def put(self, world: str, home: str) -> None:
        """Have a leased clone stand in its home's place, whereby the lease ends.

        The world that stood there is dropped once nobody is in it. Raises `ForeignDatabaseError`
        where the home is not recorded.
        """

        def put(registry: Registry) -> str | None:
            # shared first, so that whoever enters it need not wait for the lease's end
            with registry.locks.shared(world):
                self._give_back(world)
                return put_in_place(registry, world, home)

        if replaced := self._use(put):
            self._drains.add(replaced)

    def drain(self, world: str) -> None:
        """Have a world dropped that stands in no home's place any more, once nobody is in it."""
        self._drains.add(world)

    def visits(self, home: str) -> Visits:
        """A new book of what is under way in the worlds of this home."""
        return Visits(self._connect, home)

    def close(self) -> None:
        """Drop what was replaced and is free by now; a later run drops the rest."""
        self._drains.close()

    def _reached(self) -> psycopg.Connection[TupleRow] | None:
        """A connection to the registry, None where there is none."""
        try:
            return self._connect()
        except psycopg.OperationalError as error:
            if is_about_the_database(error):
                return None
            raise ServerUnreachableError(
                f"the databases' registry cannot be asked: {str(error).strip()}. Start the server "
                "again, or have the application's engine name another one."
            ) from error
