"""Who someone is, and what they may do."""

from __future__ import annotations

from .dependencies import at_least, authenticate, current_user, require_role
from .passwords import get_password_hash, verify_password
from .tokens import InvalidTokenError, create_access_token, user_id_in

__all__ = [
    "InvalidTokenError",
    "at_least",
    "authenticate",
    "create_access_token",
    "current_user",
    "get_password_hash",
    "require_role",
    "user_id_in",
    "verify_password",
]
