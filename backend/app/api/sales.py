"""Sales orders: shown, taken and edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.models import SalesOrder, SalesOrderLine, SalesOrderStatus
from app.services import sales_orders as service
from app.services.sales_status import UNDER_WAY

from .access import for_planners
from .documents import committed
from .fields import NOT_GIVEN, Flag, RowId, SearchText
from .filters import FilterDay, among, whether, within
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import AsyncDatabase, Database
from .problems import problems
from .reading import required
from .schemas.lines import sold
from .schemas.sales import NewSalesOrder, SalesOrderEdit, SalesOrderRead

router = APIRouter()
in_order = sorted_by(
    "-order_date",
    SalesOrder.id,
    code=SalesOrder.code,
    status=SalesOrder.status,
    order_date=SalesOrder.order_date,
    ship_date=SalesOrder.ship_date,
)


@router.get("/sales-orders", response_model=list[SalesOrderRead], responses=listed())
async def sales_orders(
    db: AsyncDatabase,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    statuses: Annotated[list[SalesOrderStatus], Query(alias="status")] = NOT_GIVEN,
    customer_id: RowId = NOT_GIVEN,
    order_date_from: FilterDay = NOT_GIVEN,
    order_date_to: FilterDay = NOT_GIVEN,
    ship_date_from: FilterDay = NOT_GIVEN,
    ship_date_to: FilterDay = NOT_GIVEN,
    overdue: Flag = NOT_GIVEN,
) -> Sequence[SalesOrder]:
    """All sales orders, the newest first; `q` is part of a code.

    One is overdue that should have left before today and still owes its customer something.
    """
    found = containing(whole_orders(), q, SalesOrder.code)
    found = among(found, SalesOrder.status, statuses)
    found = where_equal(found, (SalesOrder.customer_id, customer_id))
    found = within(found, SalesOrder.order_date, order_date_from, order_date_to)
    found = within(found, SalesOrder.ship_date, ship_date_from, ship_date_to)
    owing = SalesOrder.status.in_((SalesOrderStatus.PENDING, *UNDER_WAY))
    found = whether(found, owing & (SalesOrder.ship_date < date.today()), overdue)
    return await page.read_async(db, found)


@router.get("/sales-orders/{order_id}", response_model=SalesOrderRead, responses=problems(404))
async def sales_order(order_id: RowId, db: AsyncDatabase) -> SalesOrder:
    """One sales order."""
    order = await db.scalar(whole_orders().where(SalesOrder.id == order_id))
    return required(order, SalesOrder, order_id)


@router.post(
    "/sales-orders",
    response_model=SalesOrderRead,
    status_code=status.HTTP_201_CREATED,
    **for_planners(409),
)
def create_sales_order(new: NewSalesOrder, db: Database) -> SalesOrder:
    """A pending order of today; it promises nothing until it is confirmed."""
    lines = sold(new.lines) or []
    order = service.create(db, new.customer_id, lines, new.ship_date)
    return committed(db, whole_orders(), order)


@router.patch("/sales-orders/{order_id}", response_model=SalesOrderRead, **for_planners(404, 409))
def edit_sales_order(order_id: RowId, edit: SalesOrderEdit, db: Database) -> SalesOrder:
    """The pending order with other lines or another ship date; 409 once it was confirmed."""
    lines = sold(edit.lines)
    order = service.edit(db, order_id, edit.version, lines=lines, ship_date=edit.ship_date)
    return committed(db, whole_orders(), order)


def whole_orders() -> Select[SalesOrder]:
    """Sales orders with all that is shown of them."""
    lines = selectinload(SalesOrder.lines)
    return select(SalesOrder).options(
        joinedload(SalesOrder.customer),
        lines.joinedload(SalesOrderLine.product),
        lines.joinedload(SalesOrderLine.reservation),
    )
