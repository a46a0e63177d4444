"""Templates and clones: every database that factoryfloor makes, and their registry."""

from .databases import Databases

__all__ = ["Databases"]
