"""What the endpoints share: sessions, and pages of long lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query
from sqlalchemy import GenerativeSelect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.database import get_async_db, get_db

SelectT = TypeVar("SelectT", bound=GenerativeSelect)

Database = Annotated[Session, Depends(get_db)]
AsyncDatabase = Annotated[AsyncSession, Depends(get_async_db)]


@dataclass(frozen=True)
class Page:
    """At most `limit` rows after the first `offset`."""

    limit: int
    offset: int

    def of(self, query: SelectT) -> SelectT:
        """The query, held to this page."""
        return query.limit(self.limit).offset(self.offset)


def page(
    limit: Annotated[int, Query(ge=1, le=500)] = 100, offset: Annotated[int, Query(ge=0)] = 0
) -> Page:
    """The page that a request asks for."""
    return Page(limit, offset)


CurrentPage = Annotated[Page, Depends(page)]
