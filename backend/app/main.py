"""FilaOps as an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError

from app.api import router

if TYPE_CHECKING:
    from fastapi import Request

app = FastAPI(
    title="FilaOps",
    description="An ERP for 3D-print farms: products, printers, materials and orders.",
    version="1.0.0",
)
app.include_router(router)


@app.exception_handler(DataError)
def refuse_what_no_column_can_hold(_request: Request, _error: DataError) -> JSONResponse:
    """422 for a number beyond its column's range, or for text with a NUL character."""
    return JSONResponse(
        {"detail": "A value is out of the range that can be stored"},
        status_code=422,
    )
