"""The configuration, parsed once from `[tool.factoryfloor]` into one frozen object."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .environment import postgres_in_environment
    from .loading import load
    from .locating import find, locate
    from .model import Settings
    from .production import is_production
    from .references import import_modules, resolve

__all__ = [
    "Settings",
    "find",
    "import_modules",
    "is_production",
    "load",
    "locate",
    "postgres_in_environment",
    "resolve",
]

_HOMES = {
    "Settings": "model",
    "find": "locating",
    "import_modules": "references",
    "is_production": "production",
    "load": "loading",
    "locate": "locating",
    "postgres_in_environment": "environment",
    "resolve": "references",
}


def __getattr__(name: str) -> object:
    """Import a name at its first use: where nothing is configured, pytest asks for one alone."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
