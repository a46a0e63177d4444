"""Every movement of stock, whose sum is what is on hand, and what of that is promised."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import CreatedAt, Key, Quantity, one_of, positive

if TYPE_CHECKING:
    from .catalog import Item
    from .production import ProductionOrder
    from .sales import SalesOrderLine


class TransactionType(StrEnum):
    """Why stock moved."""

    RECEIVE = "receive"
    ISSUE = "issue"
    ADJUST = "adjust"
    SCRAP = "scrap"
    RETURN = "return"
    SHIP = "ship"


class InventoryTransaction(Base):
    """One movement of an item: positive into stock, negative out of it.

    No check ties the sign to the type, and nothing is ever deleted: a mistake is put right by an
    adjustment.
    """

    __tablename__ = "inventory_transactions"

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="RESTRICT"), index=True)
    transaction_type: Mapped[TransactionType] = mapped_column(
        one_of(TransactionType, "transaction_type"), server_default=TransactionType.RECEIVE.value
    )
    quantity: Mapped[Quantity] = mapped_column(
        comment="in the item's unit; positive into stock, negative out of it"
    )
    reference: Mapped[str | None] = mapped_column(String(80))
    notes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    item: Mapped[Item] = relationship(back_populates="inventory_transactions")


class Reservation(Base):
    """Stock that is on hand and promised: finished goods to a line, material to a production order.

    What is taken out of stock for its owner, or no longer needed, is taken off the reservation;
    one of nothing is deleted.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        positive("quantity"),
        CheckConstraint(
            "num_nonnulls(sales_order_line_id, production_order_id) = 1", name="one_owner"
        ),
        UniqueConstraint("sales_order_line_id"),
        UniqueConstraint("production_order_id", "item_id"),
    )

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="RESTRICT"), index=True)
    quantity: Mapped[Quantity] = mapped_column(comment="in the item's unit")
    sales_order_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales_order_lines.id", ondelete="CASCADE")
    )
    production_order_id: Mapped[int | None] = mapped_column(
        ForeignKey("production_orders.id", ondelete="CASCADE")
    )
    created_at: Mapped[CreatedAt]

    item: Mapped[Item] = relationship(back_populates="reservations")
    sales_order_line: Mapped[SalesOrderLine | None] = relationship(back_populates="reservation")
    production_order: Mapped[ProductionOrder | None] = relationship(back_populates="reservations")
