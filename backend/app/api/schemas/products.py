"""Products as they are sent and shown."""

from __future__ import annotations

from decimal import Decimal

from app.api.fields import NOT_GIVEN, Code, Edit, Input, Money, Name, Prose, Reference, Row


class NewProduct(Input):
    """A product to be; its finished goods are stocked as the item with the id `item_id`."""

    sku: Code
    name: Name
    description: Prose | None = None
    unit_price: Money = Decimal(0)
    item_id: Reference | None = None


class ProductEdit(Edit):
    """What changes of a product; its item stays once that has moved."""

    sku: Code = NOT_GIVEN
    name: Name = NOT_GIVEN
    description: Prose | None = None
    unit_price: Money = NOT_GIVEN
    item_id: Reference | None = None


class ProductRead(Row):
    """A product, its price, and the revision of its bill of materials that is in force."""

    id: int
    sku: str
    name: str
    description: str | None
    unit_price: Decimal
    item_id: int | None
    bom_revision: int
    version: int
