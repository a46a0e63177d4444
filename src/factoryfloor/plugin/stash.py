"""What the run keeps on pytest's configuration for its fixtures."""

from __future__ import annotations

import pytest

from factoryfloor.floor import Floor

FLOOR = pytest.StashKey[Floor]()
"""The floor of this run."""


def floor_of(request: pytest.FixtureRequest) -> Floor:
    """The floor of this run."""
    return request.config.stash[FLOOR]
