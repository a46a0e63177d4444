"""What quotes and orders have in common: a code, a status, numbered lines, two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .errors import InvalidInputError, RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session


class Document(Protocol):
    """A row that people call by its code."""

    @property
    def code(self) -> str:
        """What people call it."""

    @property
    def status(self) -> str:
        """How far it has come."""


def require_status(document: Document, done: str, *statuses: str) -> None:
    """Nothing, if a document is in one of the states; else `RuleError` that names them."""
    if document.status not in statuses:
        raise RuleError(
            f"{document.code} is {document.status}; it can be {done} only while it is"
            f" {' or '.join(statuses)}"
        )


def require_order_of_dates(document: Document, begun: date, due: date | None, what: str) -> None:
    """Nothing, if what is due comes after the beginning; else `InvalidInputError`."""
    if due is not None and due < begun:
        raise InvalidInputError(f"{document.code} is of {begun}; it cannot be {what} {due}")


def replace_lines(db: Session, lines: list[Any], replacements: Sequence[Any] | None) -> None:
    """A document's lines are these from now on; None leaves them as they are."""
    if replacements is not None:
        lines.clear()
        db.flush()  # the old lines leave first: their numbers are needed
        lines += replacements
    db.flush()
