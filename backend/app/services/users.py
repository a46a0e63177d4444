"""What an administrator may make of other users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.models import Role, User

from .errors import RuleError
from .locking import locked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


def edit(db: Session, admin_id: int, user_id: int, changes: Mapping[str, Any]) -> User:
    """The user with another role, or no longer active.

    `RuleError` if the administrator would lose their own rights, or has just lost them: one
    administrator is always left.
    """
    rows = {row_id: locked(db, User, row_id) for row_id in sorted({admin_id, user_id})}
    admin, user = rows[admin_id], rows[user_id]
    if admin.role != Role.ADMIN or not admin.is_active:
        raise RuleError("you are no longer an administrator; ask another one")
    kept = {"role": Role.ADMIN, "is_active": True}
    if user is admin and {**kept, **changes} != kept:
        raise RuleError("you cannot take your own rights away; ask another administrator")
    for name, value in changes.items():
        setattr(user, name, value)
    db.flush()
    return user
