"""Which server serves: the user's own if one is named, else the embedded one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .embedded import EmbeddedServer
from .external import ExternalServer

if TYPE_CHECKING:
    from pathlib import Path

    from .protocol import Server


def server_from(
    url: str | None,
    *,
    version: int | None = None,
    binaries: Path | None = None,
    idle_timeout: float = 300,
) -> Server:
    """The server at the URL, or the embedded one where there is none."""
    return ExternalServer(url) if url else EmbeddedServer(version, binaries, idle_timeout)
