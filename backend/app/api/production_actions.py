"""What is done with production orders: released, printed, reported, cancelled."""

from __future__ import annotations

from fastapi import APIRouter, status

from app.models import InventoryTransaction, ProductionOrder
from app.services import production as service

from .access import for_operators, for_planners
from .fields import RowId
from .parameters import Database
from .schemas.inventory import MovementRead
from .schemas.production import MaterialReturn, NewReport, ProductionOrderRead, Start

router = APIRouter(prefix="/production-orders/{order_id}")


@router.post("/release", response_model=ProductionOrderRead, **for_planners(404, 409))
def release_production_order(order_id: RowId, db: Database) -> ProductionOrder:
    """The draft may be printed, and its material is reserved; 409 names what is short."""
    order = service.release(db, order_id)
    db.commit()
    return order


@router.post("/start", response_model=ProductionOrderRead, **for_operators(404, 409))
def start_production_order(order_id: RowId, start: Start, db: Database) -> ProductionOrder:
    """The released order goes on a printer, which must be idle."""
    order = service.start(db, order_id, start.printer_id)
    db.commit()
    return order


@router.post("/stop", response_model=ProductionOrderRead, **for_operators(404, 409))
def stop_production_order(order_id: RowId, db: Database) -> ProductionOrder:
    """The order leaves its printer, keeps its material, and can be started again."""
    order = service.stop(db, order_id)
    db.commit()
    return order


@router.post("/reports", response_model=ProductionOrderRead, **for_operators(404, 409))
def report_on_production_order(order_id: RowId, report: NewReport, db: Database) -> ProductionOrder:
    """The order with so many more pieces made; with the last of them it is completed."""
    order = service.report(db, order_id, report.good, report.scrapped)
    db.commit()
    return order


@router.post(
    "/returns",
    response_model=MovementRead,
    status_code=status.HTTP_201_CREATED,
    **for_operators(404, 409),
)
def return_material(
    order_id: RowId, material: MaterialReturn, db: Database
) -> InventoryTransaction:
    """The movement of unused material back into stock; 409 if less of it was issued."""
    movement = service.return_material(db, order_id, material.item_id, material.quantity)
    db.commit()
    return movement


@router.post("/cancel", response_model=ProductionOrderRead, **for_planners(404, 409))
def cancel_production_order(order_id: RowId, db: Database) -> ProductionOrder:
    """The order is off and its material is free; what was made of it stays in stock."""
    order = service.cancel(db, order_id)
    db.commit()
    return order
