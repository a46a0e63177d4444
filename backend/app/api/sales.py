"""Sales orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fastapi import APIRouter, HTTPException, status
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.models import SalesOrder, SalesOrderLine, SalesOrderStatus

from .parameters import AsyncDatabase, CurrentPage

router = APIRouter()


class CustomerName(BaseModel):
    """Whose order it is."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class ProductName(BaseModel):
    """What was ordered."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    sku: str
    name: str


class SalesOrderLineRead(BaseModel):
    """One line of an order."""

    model_config = ConfigDict(from_attributes=True)

    line_number: int
    product: ProductName
    quantity: int
    quantity_shipped: int
    unit_price: Decimal
    total_price: Decimal


class SalesOrderRead(BaseModel):
    """An order with its customer and lines."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    code: str
    status: SalesOrderStatus
    order_date: date
    ship_date: date | None
    customer: CustomerName
    lines: list[SalesOrderLineRead]


@router.get("/sales-orders", response_model=list[SalesOrderRead])
async def sales_orders(db: AsyncDatabase, page: CurrentPage) -> Sequence[SalesOrder]:
    """All sales orders, the newest first."""
    newest_first = _whole_orders().order_by(SalesOrder.order_date.desc(), SalesOrder.id.desc())
    return (await db.scalars(page.of(newest_first))).all()


@router.get(
    "/sales-orders/{order_id}",
    response_model=SalesOrderRead,
    responses={404: {"description": "No such sales order"}},
)
async def sales_order(order_id: int, db: AsyncDatabase) -> SalesOrder:
    """One sales order."""
    order = await db.scalar(_whole_orders().where(SalesOrder.id == order_id))
    if order is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such sales order")
    return order


def _whole_orders() -> Select[SalesOrder]:
    return select(SalesOrder).options(
        joinedload(SalesOrder.customer),
        selectinload(SalesOrder.lines).joinedload(SalesOrderLine.product),
    )
