"""Factories on real PostgreSQL: `ModelFactory`, its declarations, the active session."""

from __future__ import annotations

from .children import Children
from .definition import definition_problems
from .drawn import Drawn
from .model_factory import ModelFactory
from .sequences import continue_sequences, reset_sequences, sequences_drawn
from .session import activate, active_async_session, active_session, use_session
from .shared_sequences import drawing_anew, drawing_apart, pass_by

__all__ = [
    "Children",
    "Drawn",
    "ModelFactory",
    "activate",
    "active_async_session",
    "active_session",
    "continue_sequences",
    "definition_problems",
    "drawing_anew",
    "drawing_apart",
    "pass_by",
    "reset_sequences",
    "sequences_drawn",
    "use_session",
]
