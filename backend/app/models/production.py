"""The fleet of printers and what they are told to print."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import Code, CreatedAt, Key, Version, not_negative, one_of, positive

if TYPE_CHECKING:
    from .catalog import Product
    from .inventory import Reservation
    from .sales import SalesOrder


class PrinterStatus(StrEnum):
    """What a printer is doing."""

    IDLE = "idle"
    PRINTING = "printing"
    MAINTENANCE = "maintenance"
    OFFLINE = "offline"


class ProductionOrderStatus(StrEnum):
    """How far a production order has come."""

    DRAFT = "draft"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Printer(Base):
    """One machine of the fleet."""

    __tablename__ = "printers"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    model: Mapped[str | None] = mapped_column(String(80))
    status: Mapped[PrinterStatus] = mapped_column(
        one_of(PrinterStatus, "status"), server_default=PrinterStatus.IDLE.value
    )
    version: Mapped[Version]

    production_orders: Mapped[list[ProductionOrder]] = relationship(
        back_populates="printer", passive_deletes=True
    )


class ProductionOrder(Base):
    """So many pieces of a product to print, for a sales order or for stock.

    `sales_order_line` is a line's number and no foreign key: the line may be written, split or
    withdrawn while its pieces are on a printer.
    """

    __tablename__ = "production_orders"
    __table_args__ = (
        positive("quantity_ordered"),
        not_negative("quantity_completed"),
        not_negative("quantity_scrapped"),
        CheckConstraint(
            "quantity_completed + quantity_scrapped <= quantity_ordered",
            name="made_within_ordered",
        ),
        positive("sales_order_line"),
        CheckConstraint("completed_at >= started_at", name="dates_in_order"),
        positive("bom_revision"),
        Index(
            "uq_production_orders_printer_at_work",
            "printer_id",
            unique=True,
            postgresql_where=text("status = 'in_progress'"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code]
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    quantity_ordered: Mapped[int] = mapped_column(server_default=text("1"))
    quantity_completed: Mapped[int] = mapped_column(server_default=text("0"))
    quantity_scrapped: Mapped[int] = mapped_column(server_default=text("0"))
    status: Mapped[ProductionOrderStatus] = mapped_column(
        one_of(ProductionOrderStatus, "status"), server_default=ProductionOrderStatus.DRAFT.value
    )
    sales_order_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales_orders.id", ondelete="RESTRICT"),
        index=True,
        comment="empty for an order made to stock",
    )
    sales_order_line: Mapped[int | None] = mapped_column(
        comment="line_number of the sales order's line"
    )
    printer_id: Mapped[int | None] = mapped_column(
        ForeignKey("printers.id", ondelete="SET NULL"), index=True
    )
    bom_revision: Mapped[int | None] = mapped_column(
        comment="the revision of the product's bill of materials that it was released with"
    )
    due_date: Mapped[date | None]
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]

    product: Mapped[Product] = relationship(back_populates="production_orders")
    sales_order: Mapped[SalesOrder | None] = relationship(back_populates="production_orders")
    printer: Mapped[Printer | None] = relationship(back_populates="production_orders")
    reservations: Mapped[list[Reservation]] = relationship(
        back_populates="production_order",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Reservation.id",
    )

    @property
    def quantity_open(self) -> int:
        """The pieces that are neither completed nor scrapped."""
        return self.quantity_ordered - self.quantity_completed - self.quantity_scrapped
