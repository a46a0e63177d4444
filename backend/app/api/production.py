"""Production orders, and the material that they lack."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, status
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from app.models import ProductionOrder, ProductionOrderStatus
from app.services.bills_of_materials import CircularBillError
from app.services.demand import Shortage
from app.services.demand import shortages as find_shortages

from .parameters import CurrentPage, Database

router = APIRouter()


class ProductionOrderRead(BaseModel):
    """So many pieces to print; `sales_order_line` is the line's number."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    code: str
    status: ProductionOrderStatus
    product_id: int
    quantity_ordered: int
    quantity_completed: int
    quantity_scrapped: int
    sales_order_id: int | None
    sales_order_line: int | None
    printer_id: int | None


@router.get("/production-orders", response_model=list[ProductionOrderRead])
def production_orders(db: Database, page: CurrentPage) -> Sequence[ProductionOrder]:
    """All production orders, the newest first."""
    return db.scalars(page.of(select(ProductionOrder).order_by(ProductionOrder.id.desc()))).all()


@router.get("/shortages", responses={409: {"description": "A circular bill of materials"}})
def shortages(db: Database) -> list[Shortage]:
    """What the open production orders need that is neither in stock nor on its way."""
    try:
        return find_shortages(db)
    except CircularBillError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error
