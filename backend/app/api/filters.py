"""What lists of documents are filtered by: several values of a column, and ranges of days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Query
from sqlalchemy import true

from .fields import Day

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from app.database import Base

RowT = TypeVar("RowT", bound="Base")
FilterDay = Annotated[Day, Query()]


def among(
    query: Select[RowT], column: InstrumentedAttribute[Any], values: Collection[object] | None
) -> Select[RowT]:
    """The query, held to the rows with one of these values; none of them stands for any."""
    return query.where(column.in_(values)) if values else query


def within(
    query: Select[RowT],
    column: InstrumentedAttribute[Any],
    first: date | None,
    last: date | None,
) -> Select[RowT]:
    """The query, held to the rows with a day from the first to the last; None is no limit."""
    if first is not None:
        query = query.where(column >= first)
    if last is not None:
        query = query.where(column <= last)
    return query


def whether(query: Select[RowT], claim: ColumnElement[bool], wanted: bool | None) -> Select[RowT]:
    """The query, held to the rows of which a claim is true, or is not; None stands for both."""
    if wanted is None:
        return query
    # what is unknown, as whether an order without a date is late, is not true
    return query.where(claim.is_(true()) if wanted else claim.is_not(true()))
