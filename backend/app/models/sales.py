"""What customers ask for and order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import Code, CreatedAt, Key, Money, Today, Version, not_negative, one_of, positive

if TYPE_CHECKING:
    from sqlalchemy.engine.default import DefaultExecutionContext

    from .catalog import Product
    from .inventory import Reservation
    from .people import Customer
    from .production import ProductionOrder
    from .shipping import Shipment


class QuoteStatus(StrEnum):
    """How far a quote has come."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class SalesOrderStatus(StrEnum):
    """How far a sales order has come."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    IN_PRODUCTION = "in_production"
    READY = "ready"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Quote(Base):
    """An offer to a customer."""

    __tablename__ = "quotes"
    __table_args__ = (CheckConstraint("valid_until >= quote_date", name="dates_in_order"),)

    id: Mapped[Key]
    code: Mapped[Code]
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id", ondelete="RESTRICT"), index=True
    )
    status: Mapped[QuoteStatus] = mapped_column(
        one_of(QuoteStatus, "status"), server_default=QuoteStatus.DRAFT.value
    )
    quote_date: Mapped[Today]
    valid_until: Mapped[date | None]
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]

    customer: Mapped[Customer] = relationship(back_populates="quotes")
    lines: Mapped[list[QuoteLine]] = relationship(
        back_populates="quote",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="QuoteLine.line_number",
    )
    sales_order: Mapped[SalesOrder | None] = relationship(
        back_populates="quote", passive_deletes=True
    )

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.total_price for line in self.lines), Decimal("0.00"))


class QuoteLine(Base):
    """So many pieces of a product, offered at a price."""

    __tablename__ = "quote_lines"
    __table_args__ = (
        UniqueConstraint("quote_id", "line_number"),
        positive("line_number"),
        positive("quantity"),
        not_negative("unit_price"),
    )

    id: Mapped[Key]
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id", ondelete="CASCADE"))
    line_number: Mapped[int]
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int] = mapped_column(server_default=text("1"))
    unit_price: Mapped[Money]

    quote: Mapped[Quote] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()

    @property
    def total_price(self) -> Decimal:
        """The price of the whole line."""
        return self.unit_price * self.quantity


class SalesOrder(Base):
    """What a customer ordered.

    No check holds the ship date to come after the order date: an order may be entered after the
    day that it was promised for.
    """

    __tablename__ = "sales_orders"

    id: Mapped[Key]
    code: Mapped[Code]
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id", ondelete="RESTRICT"), index=True
    )
    # Unique, so that a quote becomes an order only once.
    quote_id: Mapped[int | None] = mapped_column(
        ForeignKey("quotes.id", ondelete="SET NULL"), unique=True
    )
    status: Mapped[SalesOrderStatus] = mapped_column(
        one_of(SalesOrderStatus, "status"), server_default=SalesOrderStatus.PENDING.value
    )
    order_date: Mapped[Today]
    ship_date: Mapped[date | None] = mapped_column(comment="the day promised to the customer")
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]

    customer: Mapped[Customer] = relationship(back_populates="sales_orders")
    quote: Mapped[Quote | None] = relationship(back_populates="sales_order")
    lines: Mapped[list[SalesOrderLine]] = relationship(
        back_populates="sales_order",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="SalesOrderLine.line_number",
    )
    shipments: Mapped[list[Shipment]] = relationship(
        back_populates="sales_order", passive_deletes="all", order_by="Shipment.id"
    )
    production_orders: Mapped[list[ProductionOrder]] = relationship(
        back_populates="sales_order", passive_deletes="all", order_by="ProductionOrder.id"
    )

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.total_price for line in self.lines), Decimal("0.00"))


def _price_times_quantity(context: DefaultExecutionContext) -> Decimal | None:
    # SQLAlchemy leaves this public method without annotations.
    row = context.get_current_parameters()  # type: ignore[no-untyped-call]
    price, quantity = row.get("unit_price", 0), row.get("quantity", 1)
    if price is None or quantity is None:
        return None
    return (Decimal(str(price)) * Decimal(str(quantity))).quantize(Decimal("0.01"))


class SalesOrderLine(Base):
    """So many pieces of a product, ordered at a price."""

    __tablename__ = "sales_order_lines"
    __table_args__ = (
        UniqueConstraint("sales_order_id", "line_number"),
        positive("line_number"),
        positive("quantity"),
        not_negative("unit_price"),
        not_negative("total_price"),
        CheckConstraint("quantity_shipped BETWEEN 0 AND quantity", name="shipped_within_ordered"),
    )

    id: Mapped[Key]
    sales_order_id: Mapped[int] = mapped_column(ForeignKey("sales_orders.id", ondelete="CASCADE"))
    line_number: Mapped[int]
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int] = mapped_column(server_default=text("1"))
    quantity_shipped: Mapped[int] = mapped_column(server_default=text("0"))
    unit_price: Mapped[Money]
    total_price: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=_price_times_quantity)

    sales_order: Mapped[SalesOrder] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()
    reservation: Mapped[Reservation | None] = relationship(
        back_populates="sales_order_line", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def quantity_open(self) -> int:
        """The pieces that are still to be shipped."""
        return self.quantity - self.quantity_shipped

    @property
    def quantity_reserved(self) -> Decimal:
        """The pieces in stock that are promised to the line."""
        return self.reservation.quantity if self.reservation else Decimal(0)
