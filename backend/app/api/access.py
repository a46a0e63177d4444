"""Who may call an endpoint: everybody who is logged in, or a role and those above it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from app.auth import at_least, current_user
from app.models import Role, User

from .problems import Responses, problems

CurrentUser = Annotated[User, Depends(current_user)]
OperatorOnly = Annotated[User, Depends(at_least(Role.OPERATOR))]
PlannerOnly = Annotated[User, Depends(at_least(Role.PLANNER))]
AdminOnly = Annotated[User, Depends(at_least(Role.ADMIN))]


def for_operators(*codes: int, also: Responses | None = None) -> dict[str, Any]:
    """The options of an endpoint for operators and above, which can refuse with these codes."""
    return _restricted(Role.OPERATOR, codes, also)


def for_planners(*codes: int, also: Responses | None = None) -> dict[str, Any]:
    """The options of an endpoint for planners and administrators."""
    return _restricted(Role.PLANNER, codes, also)


def for_admins(*codes: int, also: Responses | None = None) -> dict[str, Any]:
    """The options of an endpoint for administrators alone."""
    return _restricted(Role.ADMIN, codes, also)


def _restricted(role: Role, codes: tuple[int, ...], also: Responses | None) -> dict[str, Any]:
    return {
        "dependencies": [Depends(at_least(role))],
        "responses": problems(403, *codes) | (also or {}),
    }
