"""The test's transaction, and how every engine of the application joins it."""

from __future__ import annotations

from .engines import install
from .groups import Group
from .identities import identify_requests, identify_threads
from .pinned import PinnedConnection
from .refusals import refuse_late_work
from .separate import SeparateConnections
from .sessions import track, track_async
from .work import Epoch

__all__ = [
    "Epoch",
    "Group",
    "PinnedConnection",
    "SeparateConnections",
    "identify_requests",
    "identify_threads",
    "install",
    "refuse_late_work",
    "track",
    "track_async",
]
