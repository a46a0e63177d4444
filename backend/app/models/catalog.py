"""What the farm stocks, what it sells, and the bills of materials between the two."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base

from .columns import (
    Code,
    Key,
    Money,
    Name,
    Quantity,
    UnitCost,
    Version,
    not_negative,
    one_of,
    positive,
)

if TYPE_CHECKING:
    from .inventory import InventoryTransaction, Reservation
    from .people import Vendor
    from .production import ProductionOrder


class ItemType(StrEnum):
    """What an item is for."""

    RAW_MATERIAL = "raw_material"
    FINISHED_GOOD = "finished_good"
    CONSUMABLE = "consumable"


class Item(Base):
    """Something that lies on a shelf: filament, a screw, a finished print."""

    __tablename__ = "items"
    __table_args__ = (
        not_negative("unit_cost"),
        not_negative("reorder_point"),
        not_negative("minimum_order_quantity"),
    )

    id: Mapped[Key]
    sku: Mapped[Code]
    name: Mapped[Name]
    item_type: Mapped[ItemType] = mapped_column(
        one_of(ItemType, "item_type"), server_default=ItemType.RAW_MATERIAL.value
    )
    unit: Mapped[str] = mapped_column(
        String(20), server_default="ea", comment="unit of measure: ea, kg, g"
    )
    unit_cost: Mapped[UnitCost]
    reorder_point: Mapped[Quantity] = mapped_column(
        server_default=text("0"), comment="stock at or below which the item is bought again"
    )
    minimum_order_quantity: Mapped[Quantity] = mapped_column(
        server_default=text("0"), comment="the least that a purchase order asks for"
    )
    preferred_vendor_id: Mapped[int | None] = mapped_column(
        ForeignKey("vendors.id", ondelete="SET NULL"), index=True
    )
    version: Mapped[Version]

    preferred_vendor: Mapped[Vendor | None] = relationship()
    product: Mapped[Product | None] = relationship(back_populates="item", passive_deletes="all")
    bom_lines: Mapped[list[BOMLine]] = relationship(back_populates="item", passive_deletes="all")
    inventory_transactions: Mapped[list[InventoryTransaction]] = relationship(
        back_populates="item", passive_deletes="all"
    )
    reservations: Mapped[list[Reservation]] = relationship(
        back_populates="item", passive_deletes="all"
    )


class Product(Base):
    """Something that the farm prints and sells."""

    __tablename__ = "products"
    __table_args__ = (not_negative("unit_price"), positive("bom_revision"))

    id: Mapped[Key]
    sku: Mapped[Code]
    name: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    unit_price: Mapped[Money]
    # Unique, so that an item is made in one way and a bill of materials can be followed down.
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("items.id", ondelete="RESTRICT"),
        unique=True,
        comment="the item that the finished goods are stocked as",
    )
    bom_revision: Mapped[int] = mapped_column(
        server_default=text("1"), comment="the revision of the bill of materials in force"
    )
    version: Mapped[Version]

    item: Mapped[Item | None] = relationship(back_populates="product")
    bom_lines: Mapped[list[BOMLine]] = relationship(
        back_populates="product",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="BOMLine.id",
    )
    production_orders: Mapped[list[ProductionOrder]] = relationship(
        back_populates="product", passive_deletes="all"
    )

    @property
    def bill(self) -> list[BOMLine]:
        """The lines of the revision in force; `bom_lines` holds those of all revisions."""
        return [line for line in self.bom_lines if line.revision == self.bom_revision]


class BOMLine(Base):
    """How much of an item one piece of a product takes.

    A revision is never edited: a change is written as the next revision, so that what was made
    by an earlier one can still be accounted for.
    """

    __tablename__ = "bom_lines"
    __table_args__ = (
        positive("quantity_per"),
        positive("revision"),
        not_negative("scrap_factor"),
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="RESTRICT"), index=True)
    quantity_per: Mapped[Quantity] = mapped_column(
        server_default=text("1"), comment="in the item's unit, for one piece of the product"
    )
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    scrap_factor: Mapped[Decimal] = mapped_column(
        Numeric(6, 4), server_default=text("0"), comment="0.05 takes 5 % more than quantity_per"
    )

    product: Mapped[Product] = relationship(back_populates="bom_lines")
    item: Mapped[Item] = relationship(back_populates="bom_lines")
