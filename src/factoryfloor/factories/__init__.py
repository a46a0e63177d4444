"""Factories on real PostgreSQL: `ModelFactory`, its declarations, the active session."""

from __future__ import annotations

from .children import Children
from .definition import definition_problems
from .model_factory import ModelFactory
from .sequences import reset_sequences
from .session import activate, active_async_session, active_session, use_session

__all__ = [
    "Children",
    "ModelFactory",
    "activate",
    "active_async_session",
    "active_session",
    "definition_problems",
    "reset_sequences",
    "use_session",
]
