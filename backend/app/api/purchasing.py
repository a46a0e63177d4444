"""Purchase orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus

from .parameters import CurrentPage, Database

router = APIRouter()


class VendorName(BaseModel):
    """Who delivers."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class ItemName(BaseModel):
    """What is delivered, and how it is measured."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    sku: str
    name: str
    unit: str


class PurchaseOrderLineRead(BaseModel):
    """One line of an order."""

    model_config = ConfigDict(from_attributes=True)

    line_number: int
    item: ItemName
    quantity: Decimal
    quantity_received: Decimal
    unit_cost: Decimal


class PurchaseOrderRead(BaseModel):
    """An order with its vendor and lines."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    code: str
    status: PurchaseOrderStatus
    order_date: date
    expected_date: date | None
    vendor: VendorName
    lines: list[PurchaseOrderLineRead]


@router.get("/purchase-orders", response_model=list[PurchaseOrderRead])
def purchase_orders(db: Database, page: CurrentPage) -> Sequence[PurchaseOrder]:
    """All purchase orders, the newest first."""
    newest_first = (
        select(PurchaseOrder)
        .options(
            joinedload(PurchaseOrder.vendor),
            selectinload(PurchaseOrder.lines).joinedload(PurchaseOrderLine.item),
        )
        .order_by(PurchaseOrder.order_date.desc(), PurchaseOrder.id.desc())
    )
    return db.scalars(page.of(newest_first)).all()
