"""The shop's one table."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from factoryfloor import ModelFactory


class Base(DeclarativeBase):
    """The base of all models."""


class Item(Base):
    """Something to be sold."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class ItemFactory(ModelFactory[Item]):
    """An item that needs a name."""

    class Meta:
        model = Item
