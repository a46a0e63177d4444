"""One process's database, from the settings to the sessions that stand on it."""

from __future__ import annotations

from .application import Application
from .floor import Floor
from .opening import open_floor, settings_of
from .world import current_world, in_world

__all__ = ["Application", "Floor", "current_world", "in_world", "open_floor", "settings_of"]
