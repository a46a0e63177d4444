"""How a document names the rows that it refers to."""

from __future__ import annotations

from app.api.fields import Row


class CustomerName(Row):
    """Whose document it is."""

    id: int
    name: str


class VendorName(Row):
    """Who delivers."""

    id: int
    name: str


class ProductName(Row):
    """What is sold."""

    id: int
    sku: str
    name: str


class ItemName(Row):
    """What is stocked, and how it is measured."""

    id: int
    sku: str
    name: str
    unit: str


class OrderName(Row):
    """What people call an order."""

    id: int
    code: str
