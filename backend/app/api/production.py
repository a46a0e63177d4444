"""Production orders: shown, and made to stock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import select

from app.models import ProductionOrder, ProductionOrderStatus
from app.services import production as service
from app.services.supply import OPEN_PRODUCTION

from .access import for_planners
from .fields import NOT_GIVEN, Flag, RowId, SearchText
from .filters import FilterDay, among, whether, within
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import Database
from .problems import problems
from .reading import required
from .schemas.production import NewProductionOrder, ProductionOrderRead

router = APIRouter()
in_order = sorted_by(
    "-id",
    ProductionOrder.id,
    code=ProductionOrder.code,
    status=ProductionOrder.status,
    due_date=ProductionOrder.due_date,
    created_at=ProductionOrder.created_at,
)


@router.get("/production-orders", response_model=list[ProductionOrderRead], responses=listed())
def production_orders(
    db: Database,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    statuses: Annotated[list[ProductionOrderStatus], Query(alias="status")] = NOT_GIVEN,
    product_id: RowId = NOT_GIVEN,
    sales_order_id: RowId = NOT_GIVEN,
    printer_id: RowId = NOT_GIVEN,
    due_date_from: FilterDay = NOT_GIVEN,
    due_date_to: FilterDay = NOT_GIVEN,
    overdue: Flag = NOT_GIVEN,
) -> Sequence[ProductionOrder]:
    """All production orders, the newest first; `q` is part of a code.

    One is overdue that should have been made before today and is still open.
    """
    found = containing(select(ProductionOrder), q, ProductionOrder.code)
    found = among(found, ProductionOrder.status, statuses)
    found = where_equal(
        found,
        (ProductionOrder.product_id, product_id),
        (ProductionOrder.sales_order_id, sales_order_id),
        (ProductionOrder.printer_id, printer_id),
    )
    found = within(found, ProductionOrder.due_date, due_date_from, due_date_to)
    unmade = ProductionOrder.status.in_(OPEN_PRODUCTION)
    found = whether(found, unmade & (ProductionOrder.due_date < date.today()), overdue)
    return page.read(db, found)


@router.get(
    "/production-orders/{order_id}", response_model=ProductionOrderRead, responses=problems(404)
)
def production_order(order_id: RowId, db: Database) -> ProductionOrder:
    """One production order."""
    return required(db.get(ProductionOrder, order_id), ProductionOrder, order_id)


@router.post(
    "/production-orders",
    response_model=ProductionOrderRead,
    status_code=status.HTTP_201_CREATED,
    **for_planners(409),
)
def create_production_order(new: NewProductionOrder, db: Database) -> ProductionOrder:
    """A draft of so many pieces for stock."""
    order = service.create(db, new.product_id, new.quantity, new.due_date)
    db.commit()
    return order
