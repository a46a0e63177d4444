"""Both suites on every version of what they stand on that this machine can have."""

from __future__ import annotations
