"""The world of the running context: the database that its engines connect to."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_world: ContextVar[str | None] = ContextVar("factoryfloor_world", default=None)


def current_world() -> str | None:
    """The libpq address of the database where this context's engines connect, if one was chosen."""
    return _world.get()


@contextlib.contextmanager
def in_world(conninfo: str) -> Iterator[None]:
    """Within the block, and in tasks begun in it, engines connect to the database there."""
    token = _world.set(conninfo)
    try:
        yield
    finally:
        _world.reset(token)
