"""A refused row explained whole: all that is wrong with it, and who should have set it."""

from __future__ import annotations

from .explanation import explained
from .made import Made
from .unknown import refuse_unknown

__all__ = ["Made", "explained", "refuse_unknown"]
