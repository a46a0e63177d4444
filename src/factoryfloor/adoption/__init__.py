"""How an application is brought under test: its environment, its patches, its hashing."""

from factoryfloor.adoption.environment import filled, set_environment
from factoryfloor.adoption.hashing import CheapHashing
from factoryfloor.adoption.patches import apply_patches

__all__ = ["CheapHashing", "apply_patches", "filled", "set_environment"]
