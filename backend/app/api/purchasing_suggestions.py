"""What to buy so that nothing runs short."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, status

from app.models import PurchaseOrder
from app.services import purchase_suggestions as service

from .access import for_planners
from .documents import all_committed
from .parameters import Database
from .problems import problems
from .purchasing import whole_orders
from .schemas.purchasing import PurchaseOrderRead

router = APIRouter()


@router.get("/purchase-suggestions", responses=problems(409, 422))
def purchase_suggestions(db: Database) -> list[service.Suggestion]:
    """So much of each bought item that runs short, from whom and by when, the most urgent first."""
    return service.suggestions(db)


@router.post(
    "/purchase-suggestions/orders",
    response_model=list[PurchaseOrderRead],
    status_code=status.HTTP_201_CREATED,
    **for_planners(409, 422),
)
def order_suggestions(db: Database) -> Sequence[PurchaseOrder]:
    """A draft to each preferred vendor, with all that is suggested to be bought there."""
    return all_committed(db, whole_orders(), service.draft_orders(db))
