"""Real async connections that can be closed where no event loop runs, such as in a fixture."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import waiting

if TYPE_CHECKING:
    from psycopg.abc import PQGen

_T = TypeVar("_T")
_INTERRUPT_SECONDS = 0.1  # how often a waiting statement looks for Ctrl-C, as in psycopg


class LooplessConnection(psycopg.AsyncConnection[Any]):
    """An async connection that blocks where it cannot wait on a loop."""

    async def wait(self, gen: PQGen[_T], *args: Any, **kwargs: Any) -> _T:
        """All input and output of psycopg goes through here."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return waiting.wait(gen, self.pgconn.socket, _INTERRUPT_SECONDS)
        return await super().wait(gen, *args, **kwargs)
