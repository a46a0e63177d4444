"""What the run keeps on pytest's configuration for its fixtures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from factoryfloor.floor import Floor

FLOOR = pytest.StashKey[Floor]()
"""The floor of this run."""

AROUND_TEST = pytest.StashKey[Callable[[pytest.FixtureRequest], AbstractContextManager[None]]]()
"""What surrounds each test."""


def floor_of(request: pytest.FixtureRequest) -> Floor:
    """The floor of this run."""
    return request.config.stash[FLOOR]
