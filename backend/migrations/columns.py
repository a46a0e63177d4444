"""The columns and checks that the revisions share; a revision that has run relies on them.

To change a column, write a new revision; what is here stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from decimal import Decimal

MONEY = sa.Numeric(12, 2)
QUANTITY = sa.Numeric(12, 4)


def key() -> sa.Column[int]:
    """The identity column `id`."""
    return sa.Column("id", sa.Integer, sa.Identity(), primary_key=True)


def code(name: str = "code") -> sa.Column[str]:
    """What people call the row; unique."""
    return sa.Column(name, sa.String(40), nullable=False, unique=True)


def contact() -> tuple[sa.Column[str], ...]:
    """A name, and the ways to reach whoever has it."""
    return (
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
    )


def created_at() -> sa.Column[Any]:
    """When the row was written."""
    return sa.Column(
        "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
    )


def today(name: str) -> sa.Column[Any]:
    """A date that is today's unless another is given."""
    return sa.Column(name, sa.Date, server_default=sa.func.current_date(), nullable=False)


def count(name: str, default: int, comment: str | None = None) -> sa.Column[int]:
    """A whole number with a default."""
    start = sa.text(str(default))
    return sa.Column(name, sa.Integer, server_default=start, nullable=False, comment=comment)


def amount(name: str, default: int, comment: str | None = None) -> sa.Column[Decimal]:
    """So much of an item in its unit, or what one unit costs, with a default."""
    start = sa.text(str(default))
    return sa.Column(name, QUANTITY, server_default=start, nullable=False, comment=comment)


def price(name: str) -> sa.Column[Decimal]:
    """Money, nothing by default."""
    return sa.Column(name, MONEY, server_default=sa.text("0"), nullable=False)


def parent(name: str, target: str, ondelete: str = "RESTRICT") -> sa.Column[int]:
    """An indexed reference to the row that this one belongs to or needs."""
    foreign_key = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(name, sa.Integer, foreign_key, nullable=False, index=True)


def optional(
    name: str, target: str, ondelete: str = "RESTRICT", comment: str | None = None
) -> sa.Column[int | None]:
    """An indexed reference that may be empty."""
    foreign_key = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(name, sa.Integer, foreign_key, index=True, comment=comment)


def numbered(name: str, target: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What makes a row a line of a document: its key, the document, and its number there."""
    return (
        key(),
        # the unique constraint begins with this column, so it needs no index of its own
        sa.Column(name, sa.Integer, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False),
        sa.Column("line_number", sa.Integer, nullable=False),
        sa.UniqueConstraint(name, "line_number"),
        positive("line_number"),
    )


def priced_pieces() -> tuple[sa.schema.SchemaItem, ...]:
    """So many pieces of a product at a price."""
    return (
        parent("product_id", "products.id"),
        count("quantity", 1),
        price("unit_price"),
        positive("quantity"),
        not_negative("unit_price"),
    )


def one_of(name: str, *choices: str, default: str | None = None) -> sa.Column[str]:
    """A text column held to some choices by a check constraint; the first is the default."""
    kind = sa.Enum(
        *choices, name=f"{name}_known", native_enum=False, create_constraint=True, length=20
    )
    return sa.Column(name, kind, server_default=default or choices[0], nullable=False)


def positive(column: str) -> sa.CheckConstraint:
    """The check that a column is more than zero."""
    return sa.CheckConstraint(f"{column} > 0", name=f"{column}_positive")


def not_negative(column: str) -> sa.CheckConstraint:
    """The check that a column is zero or more."""
    return sa.CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative")
