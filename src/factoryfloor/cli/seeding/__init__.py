"""The parts of `factoryfloor seed`: where to, how far it is, and what came of it."""

from __future__ import annotations

from .interruption import Terminated, interruptible
from .steps import Steps
from .summary import summary
from .target import Target, find_target, refuse_production

__all__ = [
    "Steps",
    "Target",
    "Terminated",
    "find_target",
    "interruptible",
    "refuse_production",
    "summary",
]
