"""What left for customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import Key, Today, positive

if TYPE_CHECKING:
    from .sales import SalesOrder, SalesOrderLine


class Shipment(Base):
    """A parcel that left for a customer."""

    __tablename__ = "shipments"

    id: Mapped[Key]
    sales_order_id: Mapped[int] = mapped_column(
        ForeignKey("sales_orders.id", ondelete="RESTRICT"), index=True
    )
    shipped_on: Mapped[Today]
    carrier: Mapped[str | None] = mapped_column(String(80))
    tracking_number: Mapped[str | None] = mapped_column(String(80))

    sales_order: Mapped[SalesOrder] = relationship(back_populates="shipments")
    lines: Mapped[list[ShipmentLine]] = relationship(
        back_populates="shipment",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ShipmentLine.id",
    )


class ShipmentLine(Base):
    """So many pieces of a sales order's line in a parcel."""

    __tablename__ = "shipment_lines"
    __table_args__ = (UniqueConstraint("shipment_id", "sales_order_line_id"), positive("quantity"))

    id: Mapped[Key]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"))
    sales_order_line_id: Mapped[int] = mapped_column(
        ForeignKey("sales_order_lines.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int]

    shipment: Mapped[Shipment] = relationship(back_populates="lines")
    sales_order_line: Mapped[SalesOrderLine] = relationship()
