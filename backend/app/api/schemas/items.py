"""Items as they are sent and shown, every amount in the item's unit."""

from __future__ import annotations

from decimal import Decimal

from app.api.fields import (
    NOT_GIVEN,
    Code,
    Edit,
    Input,
    Name,
    QuantityOrNone,
    Reference,
    Row,
    Unit,
    UnitCost,
)
from app.models import ItemType


class NewItem(Input):
    """An item to be."""

    sku: Code
    name: Name
    item_type: ItemType = ItemType.RAW_MATERIAL
    unit: Unit = "ea"
    unit_cost: UnitCost = Decimal(0)
    reorder_point: QuantityOrNone = Decimal(0)
    minimum_order_quantity: QuantityOrNone = Decimal(0)
    preferred_vendor_id: Reference | None = None


class ItemEdit(Edit):
    """What changes of an item; its unit stays once it is counted."""

    sku: Code = NOT_GIVEN
    name: Name = NOT_GIVEN
    item_type: ItemType = NOT_GIVEN
    unit: Unit = NOT_GIVEN
    unit_cost: UnitCost = NOT_GIVEN
    reorder_point: QuantityOrNone = NOT_GIVEN
    minimum_order_quantity: QuantityOrNone = NOT_GIVEN
    preferred_vendor_id: Reference | None = None


class ItemRead(Row):
    """An item."""

    id: int
    sku: str
    name: str
    item_type: ItemType
    unit: str
    unit_cost: Decimal
    reorder_point: Decimal
    minimum_order_quantity: Decimal
    preferred_vendor_id: int | None
    version: int


class ItemInStock(ItemRead):
    """An item with its stock; `available` is what of `on_hand` is not `reserved`."""

    on_hand: Decimal
    reserved: Decimal
    available: Decimal
