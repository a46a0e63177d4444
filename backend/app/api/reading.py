"""What a path names, or the answer that it names nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from app.services.errors import NotFoundError
from app.services.locking import name_of

if TYPE_CHECKING:
    from app.database import Base

RowT = TypeVar("RowT", bound="Base")


def required(row: RowT | None, model: type[RowT], row_id: int) -> RowT:
    """The row that a session found; `NotFoundError` if it found none."""
    if row is None:
        raise NotFoundError(f"no {name_of(model)} has the id {row_id}")
    return row
