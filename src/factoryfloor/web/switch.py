"""Whether there are test endpoints at all, as the environment says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factoryfloor.settings import is_production

if TYPE_CHECKING:
    from collections.abc import Mapping

SWITCH: Final = "TEST_ENDPOINTS"


def is_on(environ: Mapping[str, str]) -> bool:
    """Whether the endpoints are there: switched on, and not in production."""
    return environ.get(SWITCH) == "1" and not is_production(environ)
