"""Those whom the farm deals with: its users, customers and vendors."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import String, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import CreatedAt, Email, Key, Name, Phone, Version, not_negative, one_of

if TYPE_CHECKING:
    from .purchasing import PurchaseOrder
    from .sales import Quote, SalesOrder


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    PLANNER = "planner"
    OPERATOR = "operator"
    VIEWER = "viewer"


class User(Base):
    """Someone who may log in."""

    __tablename__ = "users"

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[Email] = mapped_column(unique=True)
    hashed_password: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"), server_default=Role.VIEWER.value)
    is_active: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[CreatedAt]


class Customer(Base):
    """Someone who buys products."""

    __tablename__ = "customers"

    id: Mapped[Key]
    name: Mapped[Name]
    # Not unique: two shops of one chain may share a mailbox.
    email: Mapped[Email | None]
    phone: Mapped[Phone | None]
    version: Mapped[Version]

    quotes: Mapped[list[Quote]] = relationship(back_populates="customer", passive_deletes="all")
    sales_orders: Mapped[list[SalesOrder]] = relationship(
        back_populates="customer", passive_deletes="all"
    )


class Vendor(Base):
    """Someone who sells items to the farm."""

    __tablename__ = "vendors"
    __table_args__ = (not_negative("lead_time_days"),)

    id: Mapped[Key]
    name: Mapped[Name]
    email: Mapped[Email | None]
    phone: Mapped[Phone | None]
    lead_time_days: Mapped[int] = mapped_column(
        server_default=text("7"), comment="calendar days from order to receipt"
    )
    version: Mapped[Version]

    purchase_orders: Mapped[list[PurchaseOrder]] = relationship(
        back_populates="vendor", passive_deletes="all"
    )
