"""Which shape the data of each scenario has, for those who read it in another language."""

from __future__ import annotations

from .agreement import disagreements
from .reading import shapes_of
from .shape import Shape, Shapes, Told
from .typescript import typescript

__all__ = ["Shape", "Shapes", "Told", "disagreements", "shapes_of", "typescript"]
