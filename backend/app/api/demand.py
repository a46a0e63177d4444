"""What is needed and when, against what is there and on its way."""

from __future__ import annotations

from fastapi import APIRouter

from app.services.demand import DemandChain, LineReadiness, Shortage, Timeline
from app.services.demand import blockers as find_blockers
from app.services.demand import chain as follow_chain
from app.services.demand import shortages as find_shortages
from app.services.demand import timeline as make_timeline

from .fields import RowId
from .parameters import Database
from .problems import problems

router = APIRouter()


@router.get("/sales-orders/{order_id}/demand-chain", responses=problems(404, 409))
def demand_chain(order_id: RowId, db: Database) -> DemandChain:
    """A sales order from its customer down to the purchase orders that it waits for."""
    return follow_chain(db, order_id)


@router.get("/sales-orders/{order_id}/blockers", responses=problems(404, 409))
def blockers(order_id: RowId, db: Database) -> list[LineReadiness]:
    """Each line of a sales order, and all that keeps it from being shipped."""
    return find_blockers(db, order_id)


@router.get("/items/{item_id}/timeline", responses=problems(404, 409))
def item_timeline(item_id: RowId, db: Database) -> Timeline:
    """The requirements of an item over time: what is needed, what comes, and what is left."""
    return make_timeline(db, item_id)


@router.get("/shortages", responses=problems(409, 422))
def shortages(db: Database) -> list[Shortage]:
    """What is needed and neither in stock nor on its way, and for whom it is short."""
    return find_shortages(db)
