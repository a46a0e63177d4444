"""All models of FilaOps."""

from __future__ import annotations

from .catalog import BOMLine, Item, ItemType, Product
from .inventory import InventoryTransaction, TransactionType
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
    Shipment,
)

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
    "Role",
    "SalesOrder",
    "SalesOrderLine",
    "SalesOrderStatus",
    "Shipment",
    "TransactionType",
    "User",
    "Vendor",
]
