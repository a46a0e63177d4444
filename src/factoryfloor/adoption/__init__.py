"""How an application is brought under test: its environment, its patches, its hashing."""

from __future__ import annotations

from .environment import filled, set_environment
from .hashing import CheapHashing
from .patches import apply_patches

__all__ = ["CheapHashing", "apply_patches", "filled", "set_environment"]
