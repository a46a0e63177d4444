"""FilaOps as an ASGI application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.api import router
from app.api.handlers import add_handlers
from app.api.problems import with_problems
from factoryfloor.web import mount_test_endpoints


class FilaOps(FastAPI):
    """FastAPI, describing refusals as they are sent."""

    def openapi(self) -> dict[str, Any]:
        """The description of the interface."""
        return with_problems(super().openapi())


app = FilaOps(
    title="FilaOps",
    description="An ERP for 3D-print farms: products, printers, materials and orders.",
    version="1.0.0",
)
add_handlers(app)
app.include_router(router)
mount_test_endpoints(app)
