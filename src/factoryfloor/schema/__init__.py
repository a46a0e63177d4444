"""What builds the tables of a template, and the digest that says when it must be built anew."""

from __future__ import annotations

from .metadata import MetadataSchema
from .migrations import AlembicSchema
from .sequences import advance_sequences
from .source import SchemaSource

__all__ = ["AlembicSchema", "MetadataSchema", "SchemaSource", "advance_sequences"]
