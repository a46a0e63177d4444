"""The configuration, parsed once from `[tool.factoryfloor]` into one frozen object."""

from __future__ import annotations

from .loading import find, load, locate
from .model import Settings
from .references import import_modules, resolve

__all__ = ["Settings", "find", "import_modules", "load", "locate", "resolve"]
