"""The HTTP interface: everything but health and login needs a logged-in user."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from app.auth import current_user

from . import (
    auth,
    bills,
    customers,
    demand,
    health,
    inventory,
    items,
    printers,
    production,
    production_actions,
    products,
    purchasing,
    purchasing_actions,
    purchasing_suggestions,
    quotes,
    sales,
    sales_actions,
    shipping,
    users,
    vendors,
)

router = APIRouter(prefix="/api/v1")
router.include_router(health.router, tags=["health"])
router.include_router(auth.router, prefix="/auth", tags=["authentication"])
for module, tag in (
    (users, "users"),
    (customers, "customers"),
    (vendors, "vendors"),
    (items, "items"),
    (products, "products"),
    (printers, "printers"),
    (bills, "bills of materials"),
    (quotes, "quotes"),
    (sales, "sales"),
    (sales_actions, "sales"),
    (shipping, "shipping"),
    (production, "production"),
    (production_actions, "production"),
    (inventory, "inventory"),
    (purchasing, "purchasing"),
    (purchasing_actions, "purchasing"),
    (purchasing_suggestions, "purchasing"),
    (demand, "demand"),
):
    router.include_router(module.router, tags=[tag], dependencies=[Depends(current_user)])
