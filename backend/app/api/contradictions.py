"""What an integrity error means, in the words of the models and without any SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from psycopg.errors import ForeignKeyViolation, RestrictViolation, UniqueViolation
from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint

from app.database import Base

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic
    from sqlalchemy.exc import IntegrityError

    Named: TypeAlias = UniqueConstraint | ForeignKeyConstraint | Index


def in_words(error: IntegrityError) -> str | None:
    """What the change contradicts; nothing if it is at odds with no other row."""
    cause = error.orig
    if not isinstance(cause, UniqueViolation | ForeignKeyViolation | RestrictViolation):
        return None
    broken = _constraint(cause.diag)
    if broken is None or broken.table is None:
        return "The change contradicts other data"
    columns = " and ".join(column.name.replace("_", " ") for column in broken.columns)
    if not isinstance(broken, ForeignKeyConstraint):
        return f"The {columns} is taken: another of the {_plural(broken.table)} has it"
    if (error.statement or "").startswith("DELETE"):
        return f"This is still in use: {_plural(broken.table)} refer to it"
    return f"The {columns} is not that of any of the {_plural(broken.referred_table)}"


def _constraint(diagnostic: Diagnostic) -> Named | None:
    table = Base.metadata.tables.get(diagnostic.table_name or "")
    named: list[Named] = []
    if table is not None:
        named += table.indexes
        named += [
            each
            for each in table.constraints
            if isinstance(each, UniqueConstraint | ForeignKeyConstraint)
        ]
    return next((each for each in named if each.name == diagnostic.constraint_name), None)


def _plural(table: Table) -> str:
    return table.name.replace("_", " ")
