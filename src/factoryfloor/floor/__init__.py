"""One process's database, from the settings to the sessions that stand on it."""

from __future__ import annotations

from .application import Application
from .floor import Floor
from .opening import open_floor

__all__ = ["Application", "Floor", "open_floor"]
