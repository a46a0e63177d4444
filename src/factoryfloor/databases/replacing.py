"""A database put in another's place under its name, in one transaction."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg
from psycopg import errors

from factoryfloor.errors import FactoryFloorError, ForeignDatabaseError, ServerUnreachableError

from .home import join_registry, names_on
from .judging import Found, find, refusal, refuse_foreign, refuse_own, refuse_reserved
from .making import discard
from .names import LONGEST, shortened
from .occupants import busy, idle_ended
from .statements import rename

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from psycopg.rows import TupleRow

    from factoryfloor.server import Server

    from .leases import Leases
    from .registry import Registry

    Use: TypeAlias = Callable[[Callable[[Registry], Found]], Found]

_ENDING: Final = "_replaced_"
_ROOM: Final = LONGEST - len(_ENDING) - 8
_OID: Final = "SELECT oid FROM pg_database WHERE datname = %s"

# Nobody holds the new name of what leaves, so that any later run drops it.
_LEAVE: Final = """
UPDATE databases SET name = %(old)s, state = 'ready', home = NULL, world = NULL
WHERE name = %(name)s AND oid = %(oid)s
"""
_ADOPT: Final = """
INSERT INTO databases (name, kind, project, digest, state, owner, oid)
VALUES (%(old)s, 'clone', '', '', 'ready', '', %(oid)s)
"""
_STRIKE: Final = "DELETE FROM databases WHERE name = %s"
_COME: Final = "UPDATE databases SET name = %s, state = %s, used_at = now() WHERE name = %s"


class _Move(NamedTuple):
    """A clone that gets `name`; the database that has it, if there is one, gets the name `old`."""

    clone: str
    name: str
    old: str


class Replacing:
    """What one process puts in the place of databases of its server, under their names.

    `use` calls a function with the registry in which this process leases its clones, `leases` are
    those; `drain` drops a world once nobody is in it.
    """

    def __init__(
        self,
        server: Server,
        registry_name: str,
        use: Use,
        leases: Leases,
        drain: Callable[[str], None],
    ) -> None:
        self._server = server
        self._registry_name = registry_name
        self._use = use
        self._leases = leases
        self._drain = drain

    def check(self, name: str, *, adopt: bool = False) -> None:
        """Raise `ForeignDatabaseError` where nothing may be put in this database's place.

        That is where factoryfloor did not make it, or made it for itself; an empty one may be
        `adopt`ed. A name that there is not is free. Nothing is made to find out.
        """
        refuse_reserved(name, self._registry_name)
        self._server.ensure()
        existing = names_on(self._server)
        if name not in existing:
            return
        if self._registry_name in existing:
            self._use(lambda registry: self._judge(registry, name, adopt=adopt))
        else:
            refuse_foreign(self._server, name, adopt=adopt)

    def put(self, clone: str, name: str, *, adopt: bool = False) -> None:
        """Give a leased clone another database's name, and drop that one; its lease ends.

        It is kept, unless another process leases the name: then it goes with that. Whoever is
        connected to the other one and does nothing is disconnected; what is under way there is
        waited for, for five seconds. Raises what `check` raises, and then, as when the process
        dies, the name is still the other one's. A world that stood in its place is drained.
        """
        refuse_reserved(name, self._registry_name)
        move = _Move(clone, name, f"{shortened(name, _ROOM)}{_ENDING}{uuid.uuid4().hex[:8]}")
        replaced = self._use(lambda registry: self._put(registry, move, adopt=adopt))
        if replaced.world is not None:
            self._drain(replaced.world)

    def _judge(self, registry: Registry, name: str, *, adopt: bool) -> Found:
        found = find(registry, name)
        refuse_own(found, name)
        if found.is_foreign:
            refuse_foreign(self._server, name, adopt=adopt, registry=registry)
        return found

    def _put(self, registry: Registry, move: _Move, *, adopt: bool) -> Found:
        # one seeding after another, so that a name which is locked is leased by somebody else
        with registry.locks.held(f"{move.name}{_ENDING}"):
            is_free = registry.locks.try_acquire_at_gate(move.name)
            try:
                found = self._judge(registry, move.name, adopt=adopt)
                self._lease(registry, move.old)
                self._exchange(registry, move, found, "kept" if is_free else "ready")
                self._leases.give_back(move.clone)
                self._drop(registry, move, found)
            finally:
                if is_free and not registry.connection.closed:
                    registry.locks.release(move.name)
        return found

    def _lease(self, registry: Registry, name: str) -> None:
        """Have this name's database dropped at the end, should anything interrupt this."""
        registry.locks.try_acquire(name)
        self._leases.names.add(name)

    def _exchange(self, registry: Registry, move: _Move, found: Found, state: str) -> None:
        with contextlib.ExitStack() as stack:
            if found.is_ours:
                stack.enter_context(idle_ended(registry.connection, self._connect, move.name))
            try:
                _exchange(registry.connection, move, found, state)
            except errors.ObjectInUse as error:
                raise _in_use(registry.connection, move.name, error) from error
            except (errors.DuplicateDatabase, errors.UniqueViolation) as error:
                raise refusal(move.name, "was made by somebody else just now") from error
            except errors.InvalidCatalogName as error:
                raise ServerUnreachableError(
                    f"the server was lost while {move.name!r} was seeded; seed it again."
                ) from error

    def _drop(self, registry: Registry, move: _Move, found: Found) -> None:
        if found.is_foreign:
            self._look_again(registry, move)
        # what cannot be dropped now stays recorded, so that a later run drops it
        with contextlib.suppress(FactoryFloorError, psycopg.Error):
            discard(registry, move.old)
            self._leases.give_back(move.old)

    def _look_again(self, registry: Registry, move: _Move) -> None:
        """Put a stranger's database back if something was written just before it was taken."""
        try:
            refuse_foreign(self._server, move.old, adopt=True, registry=registry, called=move.name)
        except ForeignDatabaseError:
            self._lease(registry, move.clone)
            _put_back(registry.connection, move)
            self._leases.give_back(move.old)
            raise

    def _connect(self) -> psycopg.Connection[TupleRow]:
        return join_registry(self._server, self._registry_name)


def _exchange(
    connection: psycopg.Connection[TupleRow], move: _Move, judged: Found, state: str
) -> None:
    """Rename both databases and their records; only PostgreSQL's own errors come from it."""
    values = {"name": move.name, "old": move.old, "oid": judged.oid}
    with connection.transaction():
        if judged.oid is not None:
            rename(connection, move.name, move.old)
            if connection.execute(_OID, [move.old]).fetchone() != (judged.oid,):
                raise refusal(move.name, "was replaced just now")
            connection.execute(_LEAVE if judged.is_ours else _ADOPT, values)
        connection.execute(_STRIKE, [move.name])
        rename(connection, move.clone, move.name)
        connection.execute(_COME, [move.name, state, move.clone])


def _put_back(connection: psycopg.Connection[TupleRow], move: _Move) -> None:
    with connection.transaction():
        rename(connection, move.name, move.clone)
        rename(connection, move.old, move.name)
        connection.execute(_STRIKE, [move.old])
        connection.execute(_COME, [move.clone, "ready", move.name])


def _in_use(
    connection: psycopg.Connection[TupleRow], name: str, error: errors.ObjectInUse
) -> ForeignDatabaseError:
    users = ", ".join(busy(connection, name)) or str(error.diag.message_detail)
    return ForeignDatabaseError(
        f"the database {name!r} is in use by {users}. It was left untouched; end that, or wait for "
        "it, and begin again."
    )
