"""Every movement of stock; what is on hand is their sum."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import CreatedAt, Key, Quantity, one_of

if TYPE_CHECKING:
    from .catalog import Item


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

    No check ties the sign to the type: a reversal is a transaction of the same type with the
    opposite sign, and nothing is ever deleted.
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
