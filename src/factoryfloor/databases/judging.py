"""Whether another database may take the place of the one that has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from factoryfloor.errors import ForeignDatabaseError

from .contents import contents, visitors
from .home import connect
from .names import RESERVED

if TYPE_CHECKING:
    from factoryfloor.server import Server

    from .registry import Registry

_REMEDY: Final = (
    "Name one that factoryfloor made, an empty one together with --adopt, or one that there is "
    "not: it is made."
)

# Stricter than `Registry.standing`: a record counts that tells which database was made.
_FIND: Final = """
SELECT d.oid, coalesce(d.datistemplate, false), r.kind, r.home, r.world
FROM (SELECT %s::text AS name) wanted LEFT JOIN pg_database d ON d.datname = wanted.name
    LEFT JOIN databases r ON r.name = wanted.name AND r.oid = d.oid
"""

_STARTED: Final = "SELECT pg_postmaster_start_time()"
# so that no table of a stranger's hides one of PostgreSQL's
_LOOK: Final = """
SELECT current_database(), pg_postmaster_start_time(), set_config('search_path', '', false)
"""


class Found(NamedTuple):
    """What there is of a name; `oid` is None where there is no database.

    `kind` is None where factoryfloor did not make it; `home` and `world` are as the registry says.
    """

    oid: int | None
    is_template: bool
    kind: str | None
    home: str | None
    world: str | None

    @property
    def is_ours(self) -> bool:
        """Whether it is recorded, and the very one that was recorded."""
        return self.kind is not None

    @property
    def is_foreign(self) -> bool:
        """Whether somebody else made it."""
        return self.oid is not None and self.kind is None


def find(registry: Registry, name: str) -> Found:
    """What there is of this name."""
    found = registry.connection.execute(_FIND, [name]).fetchone()
    assert found is not None
    return Found(*found)


def refuse_reserved(name: str, registry_name: str) -> None:
    """Raise `ForeignDatabaseError` for a database of the server's, or the registry's own."""
    if name in RESERVED or name == registry_name:
        raise refusal(name, "is the server's or factoryfloor's own")


def refuse_own(found: Found, name: str) -> None:
    """Raise `ForeignDatabaseError` for a template, and for a world that stands elsewhere."""
    if found.is_template:
        raise refusal(name, "is a template, from which others are made")
    if found.kind == "template":
        raise refusal(name, "is to become a template, from which others are made")
    if found.home is not None:
        raise ForeignDatabaseError(
            f"the database {name!r} stands in the place of {found.home!r} for a while. It was left "
            f"untouched; name {found.home!r} instead."
        )


def refuse_foreign(
    server: Server,
    name: str,
    *,
    adopt: bool,
    registry: Registry | None = None,
    called: str | None = None,
) -> None:
    """Raise `ForeignDatabaseError` for a stranger's database, unless it is empty and to `adopt`.

    With a `registry`, it must be on the very server of that. `called` is its name in messages,
    where that is another now.
    """
    called = called or name
    try:
        connection = connect(server, name)
    except psycopg.OperationalError as error:
        reason = f"lets nobody look into it ({str(error).strip()})"
        raise _strangers(called, reason) from error
    with connection:
        _refuse_elsewhere(connection, name, registry)
        if held := contents(connection):
            raise _strangers(called, f"holds {held}")
        if others := visitors(connection):
            raise _strangers(called, f"is in use (connections: {others})")
    if not adopt:
        raise ForeignDatabaseError(
            f"the database {called!r} is empty, but factoryfloor did not make it. It was left "
            "untouched; say --adopt to have it replaced."
        )


def refusal(name: str, reason: str) -> ForeignDatabaseError:
    """The error for a database that is left as it is."""
    return ForeignDatabaseError(f"the database {name!r} {reason}. It was left untouched. {_REMEDY}")


def _strangers(name: str, reason: str) -> ForeignDatabaseError:
    return refusal(name, f"was not made by factoryfloor and {reason}")


def _refuse_elsewhere(
    connection: psycopg.Connection[tuple[object, ...]], name: str, registry: Registry | None
) -> None:
    """Raise where a pooler or a list of hosts leads to another database than is recorded."""
    found = connection.execute(_LOOK).fetchone()
    assert found is not None
    started = None if registry is None else registry.connection.execute(_STARTED).fetchone()
    if found[0] != name or (started is not None and started[0] != found[1]):
        raise refusal(name, "cannot be told from others: each connection leads elsewhere")
