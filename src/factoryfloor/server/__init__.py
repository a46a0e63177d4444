"""Where PostgreSQL comes from, and who keeps it alive."""

from __future__ import annotations

from .address import Address
from .choice import server_from
from .embedded import EmbeddedServer
from .external import ExternalServer
from .keeper.job import Status
from .protocol import Server
from .url import database_in

__all__ = [
    "Address",
    "EmbeddedServer",
    "ExternalServer",
    "Server",
    "Status",
    "database_in",
    "server_from",
]
