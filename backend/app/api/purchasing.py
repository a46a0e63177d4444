"""Purchase orders: shown, drafted and edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from app.services import purchasing as service
from app.services.supply import OPEN_PURCHASES

from .access import for_planners
from .documents import committed
from .fields import NOT_GIVEN, Flag, RowId, SearchText
from .filters import FilterDay, among, whether, within
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import AsyncDatabase, Database
from .problems import problems
from .reading import required
from .schemas.lines import bought
from .schemas.purchasing import NewPurchaseOrder, PurchaseOrderEdit, PurchaseOrderRead

router = APIRouter()
in_order = sorted_by(
    "-order_date",
    PurchaseOrder.id,
    code=PurchaseOrder.code,
    status=PurchaseOrder.status,
    order_date=PurchaseOrder.order_date,
    expected_date=PurchaseOrder.expected_date,
)


@router.get("/purchase-orders", response_model=list[PurchaseOrderRead], responses=listed())
async def purchase_orders(
    db: AsyncDatabase,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    statuses: Annotated[list[PurchaseOrderStatus], Query(alias="status")] = NOT_GIVEN,
    vendor_id: RowId = NOT_GIVEN,
    expected_date_from: FilterDay = NOT_GIVEN,
    expected_date_to: FilterDay = NOT_GIVEN,
    overdue: Flag = NOT_GIVEN,
) -> Sequence[PurchaseOrder]:
    """All purchase orders, the newest first; `q` is part of a code.

    One is overdue that was expected before today and of which something is still to come.
    """
    found = containing(whole_orders(), q, PurchaseOrder.code)
    found = among(found, PurchaseOrder.status, statuses)
    found = where_equal(found, (PurchaseOrder.vendor_id, vendor_id))
    found = within(found, PurchaseOrder.expected_date, expected_date_from, expected_date_to)
    owed = PurchaseOrder.status.in_(OPEN_PURCHASES)
    found = whether(found, owed & (PurchaseOrder.expected_date < date.today()), overdue)
    return await page.read_async(db, found)


@router.get(
    "/purchase-orders/{order_id}", response_model=PurchaseOrderRead, responses=problems(404)
)
async def purchase_order(order_id: RowId, db: AsyncDatabase) -> PurchaseOrder:
    """One purchase order."""
    order = await db.scalar(whole_orders().where(PurchaseOrder.id == order_id))
    return required(order, PurchaseOrder, order_id)


@router.post(
    "/purchase-orders",
    response_model=PurchaseOrderRead,
    status_code=status.HTTP_201_CREATED,
    **for_planners(409),
)
def create_purchase_order(new: NewPurchaseOrder, db: Database) -> PurchaseOrder:
    """A draft of today to a vendor."""
    lines = bought(new.lines) or []
    order = service.create(db, new.vendor_id, lines, new.expected_date)
    return committed(db, whole_orders(), order)


@router.patch(
    "/purchase-orders/{order_id}", response_model=PurchaseOrderRead, **for_planners(404, 409)
)
def edit_purchase_order(order_id: RowId, edit: PurchaseOrderEdit, db: Database) -> PurchaseOrder:
    """The draft with other lines or another expected date; 409 once it was placed."""
    lines = bought(edit.lines)
    order = service.edit(db, order_id, edit.version, lines=lines, expected_date=edit.expected_date)
    return committed(db, whole_orders(), order)


def whole_orders() -> Select[PurchaseOrder]:
    """Purchase orders with all that is shown of them."""
    return select(PurchaseOrder).options(
        joinedload(PurchaseOrder.vendor),
        selectinload(PurchaseOrder.lines).joinedload(PurchaseOrderLine.item),
    )
