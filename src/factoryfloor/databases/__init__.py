"""Templates and clones: every database that factoryfloor makes, and their registry."""

from __future__ import annotations

from .databases import Databases
from .names import copy_name
from .replacing import Replacing
from .visits import Visits
from .worlds import Worlds

__all__ = ["Databases", "Replacing", "Visits", "Worlds", "copy_name"]
