"""All models of FilaOps."""

from __future__ import annotations

from .catalog import BOMLine, Item, ItemType, Product
from .inventory import InventoryTransaction, Reservation, TransactionType
from .people import Customer, Role, User, Vendor
from .production import Printer, PrinterStatus, ProductionOrder, ProductionOrderStatus
from .purchasing import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from .sales import (
    Quote,
    QuoteLine,
    QuoteStatus,
    SalesOrder,
    SalesOrderLine,
    SalesOrderStatus,
)
from .shipping import Shipment, ShipmentLine

__all__ = [
    "BOMLine",
    "Customer",
    "InventoryTransaction",
    "Item",
    "ItemType",
    "Printer",
    "PrinterStatus",
    "Product",
    "ProductionOrder",
    "ProductionOrderStatus",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseOrderStatus",
    "Quote",
    "QuoteLine",
    "QuoteStatus",
    "Reservation",
    "Role",
    "SalesOrder",
    "SalesOrderLine",
    "SalesOrderStatus",
    "Shipment",
    "ShipmentLine",
    "TransactionType",
    "User",
    "Vendor",
]
