"""The HTTP interface: everything but health and login needs a logged-in user."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from app.auth import current_user

from . import auth, catalog, health, production, purchasing, sales, users

router = APIRouter(prefix="/api/v1")
router.include_router(health.router, tags=["health"])
router.include_router(auth.router, prefix="/auth", tags=["authentication"])
for module, tag in (
    (users, "users"),
    (catalog, "catalog"),
    (sales, "sales"),
    (purchasing, "purchasing"),
    (production, "production"),
):
    router.include_router(module.router, tags=[tag], dependencies=[Depends(current_user)])
