"""What is done with sales orders: confirmed, planned, cancelled, closed."""

from __future__ import annotations

from fastapi import APIRouter

from app.models import SalesOrder
from app.services import sales_orders as service

from .access import for_planners
from .documents import committed
from .fields import RowId
from .parameters import Database
from .sales import whole_orders
from .schemas.sales import SalesOrderRead

router = APIRouter(prefix="/sales-orders/{order_id}")


@router.post("/confirm", response_model=SalesOrderRead, **for_planners(404, 409))
def confirm_sales_order(order_id: RowId, db: Database) -> SalesOrder:
    """The pending order is promised: stock is reserved, production raised for the rest."""
    return committed(db, whole_orders(), service.confirm(db, order_id))


@router.post("/plan", response_model=SalesOrderRead, **for_planners(404, 409))
def plan_sales_order(order_id: RowId, db: Database) -> SalesOrder:
    """The confirmed order is covered again where pieces were scrapped, withdrawn or came in."""
    return committed(db, whole_orders(), service.plan(db, order_id))


@router.post("/cancel", response_model=SalesOrderRead, **for_planners(404, 409))
def cancel_sales_order(order_id: RowId, db: Database) -> SalesOrder:
    """The order is off, and with it what is reserved and made for it; 409 once some was shipped."""
    return committed(db, whole_orders(), service.cancel(db, order_id))


@router.post("/close", response_model=SalesOrderRead, **for_planners(404, 409))
def close_sales_order(order_id: RowId, db: Database) -> SalesOrder:
    """The order is done with, and what was not shipped is waived; 409 before any was shipped."""
    return committed(db, whole_orders(), service.close(db, order_id))
