"""The column types that several models share."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from sqlalchemy import CheckConstraint, DateTime, Enum, Identity, Numeric, String, func, text
from sqlalchemy.orm import mapped_column

if TYPE_CHECKING:
    from enum import StrEnum

Key = Annotated[int, mapped_column(Identity(), primary_key=True)]
Name = Annotated[str, mapped_column(String(120))]
Code = Annotated[str, mapped_column(String(40), unique=True)]
Email = Annotated[str, mapped_column(String(254))]
Phone = Annotated[str, mapped_column(String(40))]
Money = Annotated[Decimal, mapped_column(Numeric(12, 2), server_default=text("0"))]
# A gram of filament costs about two cents, which two digits would round to nothing.
UnitCost = Annotated[Decimal, mapped_column(Numeric(12, 4), server_default=text("0"))]
# Materials are counted in pieces, grams or kilograms: 0.0001 kg is a tenth of a gram.
Quantity = Annotated[Decimal, mapped_column(Numeric(12, 4))]
# The lambda looks `date` up at each call, so that a frozen clock is seen.
Today = Annotated[
    date, mapped_column(default=lambda: date.today(), server_default=func.current_date())
]
Version = Annotated[
    int,
    mapped_column(server_default=text("1"), comment="raised by each edit; an edit names the last"),
]
CreatedAt = Annotated[
    datetime, mapped_column(DateTime(timezone=True), server_default=func.now(), nullable=False)
]


def one_of(choices: type[StrEnum], column: str) -> Enum:
    """A text column that holds one of the choices' values, held to them by a check constraint.

    A migration changes the list by replacing the constraint, which an enum type of PostgreSQL's
    would not allow inside the transaction that then uses the new value.
    """
    return Enum(
        choices,
        name=f"{column}_known",
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda kind: [choice.value for choice in kind],
    )


def positive(column: str) -> CheckConstraint:
    """The check that a column is more than zero."""
    return CheckConstraint(f"{column} > 0", name=f"{column}_positive")


def not_negative(column: str) -> CheckConstraint:
    """The check that a column is zero or more."""
    return CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative")
