"""An object and the factory that made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Made:
    """An object, with what the one who asked its factory for it gave."""

    instance: Any
    factory: Any
    given: frozenset[str]
    parent: Any = None  # the factory whose declaration asked for it
