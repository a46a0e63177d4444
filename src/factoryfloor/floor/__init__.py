"""One process's database, from the settings to the sessions that stand on it."""

from factoryfloor.floor.application import Application
from factoryfloor.floor.floor import Floor
from factoryfloor.floor.opening import open_floor

__all__ = ["Application", "Floor", "open_floor"]
