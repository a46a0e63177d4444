"""What is done with purchase orders: placed, received, cancelled."""

from __future__ import annotations

from fastapi import APIRouter

from app.models import PurchaseOrder
from app.services import purchasing as service

from .access import for_operators, for_planners
from .documents import committed
from .fields import RowId
from .parameters import Database
from .purchasing import whole_orders
from .schemas.lines import quantity_by_line
from .schemas.purchasing import Placing, PurchaseOrderRead, Receipt

router = APIRouter(prefix="/purchase-orders/{order_id}")


@router.post("/place", response_model=PurchaseOrderRead, **for_planners(404, 409))
def place_purchase_order(
    order_id: RowId, db: Database, placing: Placing | None = None
) -> PurchaseOrder:
    """The draft is ordered from its vendor, today; it needs lines."""
    expected_date = placing.expected_date if placing else None
    return committed(db, whole_orders(), service.place(db, order_id, expected_date))


@router.post("/receipts", response_model=PurchaseOrderRead, **for_operators(404, 409))
def receive_purchase_order(order_id: RowId, receipt: Receipt, db: Database) -> PurchaseOrder:
    """The order once so much of its lines came into stock; 409 for more than was ordered."""
    order = service.receive(db, order_id, quantity_by_line(receipt.lines))
    return committed(db, whole_orders(), order)


@router.post("/cancel", response_model=PurchaseOrderRead, **for_planners(404, 409))
def cancel_purchase_order(order_id: RowId, db: Database) -> PurchaseOrder:
    """Nothing more is expected of the order; what has come stays in stock."""
    return committed(db, whole_orders(), service.cancel(db, order_id))
