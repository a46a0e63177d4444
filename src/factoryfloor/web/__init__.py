"""The HTTP door: an application's test endpoints, off unless they are switched on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from factoryfloor.settings import is_production

from .middleware import TestEndpoints

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["mount_test_endpoints"]


def mount_test_endpoints(app: Starlette, *, config: str | Path | None = None) -> None:
    """Let `app` answer `/api/v1/test/…` where TEST_ENDPOINTS is 1, and never in production.

    `config` is the file with the `[tool.factoryfloor]` table. Without it FACTORYFLOOR_CONFIG names
    it, else it is the nearest pyproject.toml from the working directory upwards, else that from the
    calling module's folder upwards.
    """
    if not is_production(os.environ):
        caller = Path(sys._getframe(1).f_code.co_filename)
        app.add_middleware(TestEndpoints, folder=caller.parent, config=config)
