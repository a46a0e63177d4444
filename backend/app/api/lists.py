"""Lists: what they are filtered and sorted by, and the page that a request asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Query, Response
from sqlalchemy import func, or_, select

from .fields import LARGEST_INTEGER
from .problems import Responses, problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from app.database import Base

RowT = TypeVar("RowT", bound="Base")

TOTAL = "X-Total-Count"
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=LARGEST_INTEGER)]


def listed(*codes: int) -> Responses:
    """The documentation of a list: the header with its length, and its refusals."""
    header = {
        "description": "How many rows there are on all pages",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    }
    return {200: {"headers": {TOTAL: header}}} | problems(*codes)


@dataclass(frozen=True)
class Page:
    """At most `limit` rows after the first `offset`, in an order that leaves no ties."""

    limit: int
    offset: int
    order: tuple[ColumnElement[Any], ...]
    response: Response

    def read(self, db: Session, query: Select[RowT]) -> Sequence[RowT]:
        """The rows of this page, and in the response's header how many the query finds in all."""
        self._tell(db.scalar(_count(query)))
        return db.scalars(self._of(query)).all()

    async def read_async(self, db: AsyncSession, query: Select[RowT]) -> Sequence[RowT]:
        """The same through an asynchronous session."""
        self._tell(await db.scalar(_count(query)))
        return (await db.scalars(self._of(query))).all()

    def _tell(self, total: int | None) -> None:
        self.response.headers[TOTAL] = str(total)

    def _of(self, query: Select[RowT]) -> Select[RowT]:
        return query.order_by(*self.order).limit(self.limit).offset(self.offset)


def sorted_by(
    default: str, row_id: InstrumentedAttribute[int], **names: ColumnElement[Any] | Any
) -> Any:
    """A dependency that gives the `Page` asked for, of a list that may be sorted by these names.

    `sort` is one name or several, separated by commas; `-` before a name puts the greatest
    first. The id breaks ties, downwards if the last name does.
    """
    names = {"id": row_id} | names
    choice = rf"-?({'|'.join(names)})"
    asked: str = Query(
        default,
        pattern=rf"^{choice}(,{choice}){{0,{len(names) - 1}}}$",
        description=f"Names, separated by commas, `-` for downwards: {', '.join(names)}",
    )

    def page(response: Response, limit: Limit = 100, offset: Offset = 0, sort: str = asked) -> Page:
        by = sort.split(",")
        by.append("-id" if by[-1].startswith("-") else "id")
        order = (
            names[name[1:]].desc() if name.startswith("-") else names[name].asc() for name in by
        )
        return Page(limit, offset, tuple(order), response)

    return Depends(page)


def where_equal(
    query: Select[RowT], *pairs: tuple[InstrumentedAttribute[Any], object]
) -> Select[RowT]:
    """The query, held to the rows whose columns have these values; None stands for any."""
    return query.where(*(column == value for column, value in pairs if value is not None))


def containing(
    query: Select[RowT], text: str | None, *columns: InstrumentedAttribute[Any]
) -> Select[RowT]:
    """The query, held to the rows with this text in one of the columns, in whatever case."""
    if text is None:
        return query
    return query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))


def _count(query: Select[RowT]) -> Select[int]:
    return select(func.count()).select_from(query.subquery())
