"""factory_boy factories on real PostgreSQL: one rollback per test, one flush per tree."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factoryfloor.factories import Children, ModelFactory, reset_sequences, use_session
    from factoryfloor.floor import open_floor
    from factoryfloor.plugin.shared import shared
    from factoryfloor.scenarios import scenario

__all__ = [
    "Children",
    "ModelFactory",
    "open_floor",
    "reset_sequences",
    "scenario",
    "shared",
    "use_session",
]

_HOMES = {
    "Children": "factoryfloor.factories",
    "ModelFactory": "factoryfloor.factories",
    "open_floor": "factoryfloor.floor",
    "reset_sequences": "factoryfloor.factories",
    "scenario": "factoryfloor.scenarios",
    "shared": "factoryfloor.plugin.shared",
    "use_session": "factoryfloor.factories",
}


def __getattr__(name: str) -> object:
    """Import a public name at its first use: pytest loads this package even where it is unused."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
