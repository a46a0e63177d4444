"""FilaOps' test data: a factory for every model, and `create_test_*` on top of them."""

from __future__ import annotations

from factoryfloor import reset_sequences

from .catalog import BOMLineFactory, ItemFactory, ProductFactory
from .create_test import (
    create_test_customer,
    create_test_inventory,
    create_test_item,
    create_test_printer,
    create_test_product,
    create_test_production_order,
    create_test_purchase_order,
    create_test_sales_order,
    create_test_user,
    create_test_vendor,
)
from .inventory import InventoryTransactionFactory, ReservationFactory
from .people import CustomerFactory, UserFactory, VendorFactory
from .production import PrinterFactory, ProductionOrderFactory
from .purchasing import PurchaseOrderFactory, PurchaseOrderLineFactory
from .quotes import QuoteFactory, QuoteLineFactory
from .sales import (
    SalesOrderFactory,
    SalesOrderLineFactory,
)
from .shipping import ShipmentFactory, ShipmentLineFactory

__all__ = [
    "BOMLineFactory",
    "CustomerFactory",
    "InventoryTransactionFactory",
    "ItemFactory",
    "PrinterFactory",
    "ProductFactory",
    "ProductionOrderFactory",
    "PurchaseOrderFactory",
    "PurchaseOrderLineFactory",
    "QuoteFactory",
    "QuoteLineFactory",
    "ReservationFactory",
    "SalesOrderFactory",
    "SalesOrderLineFactory",
    "ShipmentFactory",
    "ShipmentLineFactory",
    "UserFactory",
    "VendorFactory",
    "create_test_customer",
    "create_test_inventory",
    "create_test_item",
    "create_test_printer",
    "create_test_product",
    "create_test_production_order",
    "create_test_purchase_order",
    "create_test_sales_order",
    "create_test_user",
    "create_test_vendor",
    "reset_sequences",
]
