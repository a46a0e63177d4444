"""FilaOps' scenarios: what stands on the farm when a test, a person or a browser comes to it."""

from __future__ import annotations

from .busy import BusyMonth, busy_month
from .catalog import Basic, basic
from .demand import (
    FullDemandChain,
    SalesOrderWithBlockingIssues,
    full_demand_chain,
    so_with_blocking_issues,
)
from .inventory import LowStockWithAllocations, low_stock_with_allocations
from .people import Credentials, Empty, empty
from .production import ProductionInProgress, production_in_progress
from .sales import QuoteToCash, RushOrder, quote_to_cash, rush_order
from .trouble import PrinterDown, VendorLate, printer_down, vendor_late

__all__ = [
    "Basic",
    "BusyMonth",
    "Credentials",
    "Empty",
    "FullDemandChain",
    "LowStockWithAllocations",
    "PrinterDown",
    "ProductionInProgress",
    "QuoteToCash",
    "RushOrder",
    "SalesOrderWithBlockingIssues",
    "VendorLate",
    "basic",
    "busy_month",
    "empty",
    "full_demand_chain",
    "low_stock_with_allocations",
    "printer_down",
    "production_in_progress",
    "quote_to_cash",
    "rush_order",
    "so_with_blocking_issues",
    "vendor_late",
]
