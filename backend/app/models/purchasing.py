"""What the farm orders from its vendors."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import (
    Code,
    CreatedAt,
    Key,
    Quantity,
    Today,
    UnitCost,
    Version,
    not_negative,
    one_of,
    positive,
)

if TYPE_CHECKING:
    from .catalog import Item
    from .people import Vendor


class PurchaseOrderStatus(StrEnum):
    """How far a purchase order has come."""

    DRAFT = "draft"
    ORDERED = "ordered"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class PurchaseOrder(Base):
    """What a vendor was asked to deliver.

    No check holds the expected date to come after the order date: an order may be entered after
    the goods were due.
    """

    __tablename__ = "purchase_orders"

    id: Mapped[Key]
    code: Mapped[Code]
    vendor_id: Mapped[int] = mapped_column(
        ForeignKey("vendors.id", ondelete="RESTRICT"), index=True
    )
    status: Mapped[PurchaseOrderStatus] = mapped_column(
        one_of(PurchaseOrderStatus, "status"), server_default=PurchaseOrderStatus.DRAFT.value
    )
    order_date: Mapped[Today]
    expected_date: Mapped[date | None]
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]

    vendor: Mapped[Vendor] = relationship(back_populates="purchase_orders")
    lines: Mapped[list[PurchaseOrderLine]] = relationship(
        back_populates="purchase_order",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="PurchaseOrderLine.line_number",
    )

    @property
    def total(self) -> Decimal:
        """The sum of the lines, each to the cent."""
        return sum((line.total_cost for line in self.lines), Decimal("0.00"))


class PurchaseOrderLine(Base):
    """So much of an item, ordered at a cost."""

    __tablename__ = "purchase_order_lines"
    __table_args__ = (
        UniqueConstraint("purchase_order_id", "line_number"),
        positive("line_number"),
        positive("quantity"),
        CheckConstraint("quantity_received BETWEEN 0 AND quantity", name="received_within_ordered"),
        not_negative("unit_cost"),
    )

    id: Mapped[Key]
    purchase_order_id: Mapped[int] = mapped_column(
        ForeignKey("purchase_orders.id", ondelete="CASCADE")
    )
    line_number: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="RESTRICT"), index=True)
    quantity: Mapped[Quantity] = mapped_column(server_default=text("1"), comment="in item units")
    quantity_received: Mapped[Quantity] = mapped_column(server_default=text("0"))
    unit_cost: Mapped[UnitCost]

    purchase_order: Mapped[PurchaseOrder] = relationship(back_populates="lines")
    item: Mapped[Item] = relationship()

    @property
    def total_cost(self) -> Decimal:
        """The cost of the whole line, to the cent."""
        return (self.unit_cost * self.quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def quantity_open(self) -> Decimal:
        """What the vendor still owes once the order is placed, in the item's unit."""
        return self.quantity - self.quantity_received
