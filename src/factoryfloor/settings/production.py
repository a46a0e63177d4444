"""Whether this process serves real customers, as its environment says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT: Final = "ENVIRONMENT"
_PRODUCTION: Final = frozenset({"production", "prod", "live"})


def is_production(environ: Mapping[str, str]) -> bool:
    """Whether real customers are served, in whichever case the variable and its value are."""
    return any(
        name.upper() == ENVIRONMENT and value.strip().casefold() in _PRODUCTION
        for name, value in environ.items()
    )
