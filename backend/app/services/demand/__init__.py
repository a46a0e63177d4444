"""What is needed and when, against what is there and on its way; and for whom."""

from __future__ import annotations

from .blockers import Blocker, BlockerKind, LineReadiness, LineState, blockers
from .chain import chain
from .links import ChainComponent, ChainLine, ChainProduction, ChainSource, DemandChain
from .netting import SourceKind
from .shortages import Shortage, ShortFor, shortages
from .timeline import Entry, EntryKind, Timeline, timeline

__all__ = [
    "Blocker",
    "BlockerKind",
    "ChainComponent",
    "ChainLine",
    "ChainProduction",
    "ChainSource",
    "DemandChain",
    "Entry",
    "EntryKind",
    "LineReadiness",
    "LineState",
    "ShortFor",
    "Shortage",
    "SourceKind",
    "Timeline",
    "blockers",
    "chain",
    "shortages",
    "timeline",
]
