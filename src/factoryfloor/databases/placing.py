"""Which database stands in the place of another one, as the registry records it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factoryfloor.errors import ForeignDatabaseError

from .registry import Standing

if TYPE_CHECKING:
    from .registry import Registry

_PLACE: Final = "SELECT world FROM databases WHERE name = %s FOR UPDATE"
_PUT: Final = """
UPDATE databases SET home = CASE name WHEN %(world)s THEN %(home)s ELSE home END,
    world = CASE name WHEN %(home)s THEN %(world)s ELSE world END
WHERE name IN (%(world)s, %(home)s)
"""
_REPLACED: Final = """
SELECT FROM databases WHERE name = %s AND home IS NOT NULL
    AND NOT EXISTS (SELECT FROM databases homes
        WHERE homes.name = databases.home AND homes.world = databases.name)
"""


def put_in_place(registry: Registry, world: str, home: str) -> str | None:
    """Record that a clone stands in its home's place; returns the world that stood there before.

    Of two at once the last one stands, and each world is returned to one. Raises
    `ForeignDatabaseError` where one of them is not recorded.
    """
    with registry.connection.transaction():
        found = registry.connection.execute(_PLACE, [home]).fetchone()
        for name in (home, world):
            if found is None or registry.standing(name) is not Standing.OURS:
                raise ForeignDatabaseError(
                    f"the database {name!r} is not, or no longer, factoryfloor's own, so nothing "
                    f"was put in the place of {home!r}. Begin anew with `factoryfloor run`."
                )
        registry.connection.execute(_PUT, {"world": world, "home": home})
    assert found is not None
    return None if found[0] == world else found[0]


def is_replaced(registry: Registry, world: str) -> bool:
    """Whether this is a world that stands in its home's place no more."""
    return registry.connection.execute(_REPLACED, [world]).rowcount == 1
