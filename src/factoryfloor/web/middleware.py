"""What stands in front of the application: nothing, until the test endpoints are switched on."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING

from .switch import is_on

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from .door import Door


class TestEndpoints:
    """ASGI middleware that passes everything on; switched on, it has the test endpoints answer.

    What these need is imported then.
    """

    __test__ = False  # pytest takes a class of this name for tests

    def __init__(self, app: ASGIApp, *, folder: Path, config: str | Path | None) -> None:
        self._app = app
        self._folder = folder
        self._config = config
        self._door: Door | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on, what the server received."""
        if is_on(os.environ):
            await self._opened()(scope, receive, send)
            return
        if self._door is not None:  # it was switched off since
            self._door.rest()
        await self._app(scope, receive, send)

    def close(self) -> None:
        """Undo what was done to engines; at the interpreter's end at the latest."""
        if self._door is not None:
            self._door.close()
            self._door = None

    def _opened(self) -> Door:
        if self._door is None:
            from .door import Door  # with all that seeding needs

            self._door = Door(self._app, self._folder, self._config)
            atexit.register(self.close)
        return self._door
