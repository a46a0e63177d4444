"""The test's transaction, and how every engine of the application joins it."""

from __future__ import annotations

from .engines import install
from .pinned import PinnedConnection
from .requests import identify_requests
from .sessions import track, track_async

__all__ = ["PinnedConnection", "identify_requests", "install", "track", "track_async"]
