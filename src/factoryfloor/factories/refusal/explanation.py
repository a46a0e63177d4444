"""The error for a refused row: every row that is wrong, with all that is wrong with it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from factoryfloor.errors import RefusedDataError, RefusedIntegrityError, RefusedRowError

from .database import dangling, taken, violated
from .row import Row
from .values import missing, unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.exc import StatementError
    from sqlalchemy.orm import Session

    from .made import Made


def explained(session: Session, made: Sequence[Made], error: StatementError) -> Exception:
    """The error that says all, or `error` itself where it is not about a row of the tree.

    The session stands where it stood before the tree, whose rows are in it no more.
    """
    by_postgresql = isinstance(error, IntegrityError | DataError)
    if isinstance(error, DBAPIError) and not by_postgresql:
        return error  # the connection or the statement is at fault, not a row
    unwritten = [one for one in made if not sa.inspect(one.instance).persistent]
    rows = [Row(one) for one in {id(one.instance): one for one in unwritten}.values()]
    problems = {row: [*missing(row), *unfit(row)] for row in rows}
    if by_postgresql:
        # where the session cannot be asked, what is known is told
        with suppress(SQLAlchemyError), session.connection().begin_nested():
            _ask_database(session.connection(), problems)
    refused = {row: found for row, found in problems.items() if found}
    if not by_postgresql and not refused:
        return error
    return _like(error, _message(rows, refused, error))


def _ask_database(connection: sa.Connection, problems: Mapping[Row, list[str]]) -> None:
    rows = list(problems)
    for row, found in problems.items():
        found += dangling(row, rows, connection)
        found += taken(row, rows, connection)
        found += violated(row, connection)


def _message(
    rows: Sequence[Row], refused: Mapping[Row, Sequence[str]], error: StatementError
) -> str:
    lines = [f"{len(refused)} of {len(rows)} rows refused, so none was written."]
    if not refused:
        lines = ["PostgreSQL refused a statement of this tree, so none of its rows was written."]
    for row, found in refused.items():
        lines += [f"{row}:", *(f"  - {one}" for one in found)]
    if not refused:
        lines += [f"It may be a {row}." for row in _rows_of_table(rows, error)]
    diagnosis: Any = getattr(error.orig, "diag", None)
    said = getattr(diagnosis, "message_primary", None) or error.orig
    detail = getattr(diagnosis, "message_detail", None)
    lines.append(f"PostgreSQL says: {said}" + (f" ({detail})" if detail else ""))
    return "\n".join(lines)


def _rows_of_table(rows: Sequence[Row], error: StatementError) -> list[Row]:
    """The rows of the table that PostgreSQL names."""
    name = getattr(getattr(error.orig, "diag", None), "table_name", None)
    return [row for row in rows if name in {table.name for table in row.model.mapper.tables}]


def _like(error: StatementError, message: str) -> RefusedRowError:
    """Our error, which is SQLAlchemy's too."""
    if not isinstance(error, IntegrityError | DataError):
        return RefusedRowError(message)
    kind = RefusedIntegrityError if isinstance(error, IntegrityError) else RefusedDataError
    found = kind(
        error.statement,
        error.params,
        error.orig,  # type: ignore[arg-type]  # a DBAPI error always has the driver's
        hide_parameters=error.hide_parameters,
        ismulti=error.ismulti,
    )
    found.args = (message,)
    return found
