"""The configuration, parsed once from `[tool.factoryfloor]` into one frozen object."""

from factoryfloor.settings.loading import find, load
from factoryfloor.settings.model import Settings
from factoryfloor.settings.references import import_modules, resolve

__all__ = ["Settings", "find", "import_modules", "load", "resolve"]
