"""Templates and clones: every database that factoryfloor makes, and their registry."""

from __future__ import annotations

from .databases import Databases

__all__ = ["Databases"]
