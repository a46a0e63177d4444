"""Making and removing databases, with the registry written before and after."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors

from factoryfloor.errors import FactoryFloorError, ForeignDatabaseError, SchemaError

from .contents import contents, visitors
from .home import connect
from .names import RESERVED
from .registry import Registry, Standing
from .statements import create_clone, create_empty, drop_forced, drop_unused, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factoryfloor.server import Server

_REMEDY = "Name another database in TEST_DATABASE_URL, or empty this one yourself."


def build_template(
    server: Server,
    registry: Registry,
    name: str,
    build: Callable[[str], Any],
    source: str | None = None,
) -> None:
    """Make a recorded template: filled by `build`, then closed to everybody.

    It begins empty, or as a copy of the template `source`.
    """
    with making(registry, name, whole=False):
        if source is None:
            create_empty(registry.connection, name)
        else:
            create_clone(registry.connection, name, source, server.strategy)
    with undone_on_error(registry, name):
        try:
            record = build(server.address.conninfo(name))
        except FactoryFloorError:
            raise
        except Exception as error:
            raise SchemaError(
                "the schema could not be built on the template database: "
                f"{type(error).__name__}: {error}"
            ) from error
        seal(registry.connection, name)
        registry.complete(name, record)


@contextlib.contextmanager
def making(registry: Registry, name: str, *, whole: bool = True) -> Iterator[None]:
    """The block creates a recorded database; when it raises, nothing is left of either.

    The database is then recorded as `whole`, unless more is to be put into it.
    """
    with undone_on_error(registry, name):
        try:
            yield
        except errors.DuplicateDatabase as error:
            registry.forget(name)
            raise _foreign(name, "was made just now") from error
        registry.identify(name, whole=whole)


@contextlib.contextmanager
def undone_on_error(registry: Registry, name: str) -> Iterator[None]:
    """When the block raises, the recorded database is dropped and struck."""
    try:
        yield
    except BaseException:
        # what cannot be dropped now stays recorded, so that a later run drops it
        with contextlib.suppress(psycopg.Error, FactoryFloorError):
            discard(registry, name)
        raise


def discard(registry: Registry, name: str) -> None:
    """Drop a recorded database and strike its record; one that is not ours is left alone.

    The worlds that stood in its place go with it, but for those in which somebody is.
    """
    if registry.standing(name) is Standing.OURS:
        drop_forced(registry.connection, name)
    for world in registry.forget(name):
        if registry.locks.try_acquire(world):
            discard(registry, world)
            registry.locks.release(world)


def vacate(server: Server, registry: Registry, name: str) -> None:
    """Make a name free: what is ours goes, what is somebody else's only when it is empty.

    Raises `ForeignDatabaseError` when it is not, and leaves it as it was.
    """
    if name in RESERVED:
        raise ForeignDatabaseError(
            f"the database {name!r} is the server's or factoryfloor's own, and no test database. "
            "Name another database in TEST_DATABASE_URL."
        )
    standing = registry.standing(name)
    if standing is Standing.OURS:
        drop_forced(registry.connection, name)
    elif standing is Standing.FOREIGN:
        refuse_contents(server, name)
        _take(registry, name)


def refuse_contents(server: Server, name: str, *, visited: bool = False) -> None:
    """Raise `ForeignDatabaseError` where a database holds something.

    So it does where somebody uses it, unless it may be `visited`.
    """
    try:
        connection = connect(server, name)
    except psycopg.OperationalError as error:
        raise _foreign(name, f"lets nobody look into it ({str(error).strip()})") from error
    with connection:
        if held := contents(connection):
            raise _foreign(name, f"holds {held}")
        if not visited and (others := visitors(connection)):
            raise _foreign(name, f"is in use (connections: {others})")


def _take(registry: Registry, name: str) -> None:
    try:
        drop_unused(registry.connection, name)
    except errors.ObjectInUse as error:
        raise _foreign(name, "is in use") from error


def _foreign(name: str, reason: str) -> ForeignDatabaseError:
    return ForeignDatabaseError(
        f"the database {name!r} was not made by factoryfloor and {reason}. It was left untouched. "
        f"{_REMEDY}"
    )
