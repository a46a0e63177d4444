"""Shipments: what left for which customer."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, status
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.models import SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from app.services import shipping as service

from .access import for_operators
from .documents import committed
from .fields import NOT_GIVEN, RowId, SearchText
from .filters import FilterDay, within
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import AsyncDatabase, Database
from .problems import problems
from .reading import required
from .schemas.lines import pieces_by_line
from .schemas.shipping import NewShipment, ShipmentRead

router = APIRouter()
in_order = sorted_by(
    "-shipped_on", Shipment.id, shipped_on=Shipment.shipped_on, carrier=Shipment.carrier
)


@router.get("/shipments", response_model=list[ShipmentRead], responses=listed())
async def shipments(
    db: AsyncDatabase,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    sales_order_id: RowId = NOT_GIVEN,
    shipped_on_from: FilterDay = NOT_GIVEN,
    shipped_on_to: FilterDay = NOT_GIVEN,
) -> Sequence[Shipment]:
    """All shipments, the newest first; `q` is part of a carrier or a tracking number."""
    found = containing(whole_shipments(), q, Shipment.carrier, Shipment.tracking_number)
    found = where_equal(found, (Shipment.sales_order_id, sales_order_id))
    found = within(found, Shipment.shipped_on, shipped_on_from, shipped_on_to)
    return await page.read_async(db, found)


@router.get("/shipments/{shipment_id}", response_model=ShipmentRead, responses=problems(404))
async def shipment(shipment_id: RowId, db: AsyncDatabase) -> Shipment:
    """One shipment."""
    found = await db.scalar(whole_shipments().where(Shipment.id == shipment_id))
    return required(found, Shipment, shipment_id)


@router.post(
    "/sales-orders/{order_id}/shipments",
    response_model=ShipmentRead,
    status_code=status.HTTP_201_CREATED,
    **for_operators(404, 409),
)
def ship_sales_order(order_id: RowId, db: Database, parcel: NewShipment | None = None) -> Shipment:
    """A parcel with so many pieces of each line, or with all that is reserved for the order.

    409 if a line has fewer pieces reserved than are to be shipped.
    """
    parcel = parcel or NewShipment()
    shipment = service.ship(
        db,
        order_id,
        pieces_by_line(parcel.lines) if parcel.lines else None,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
    )
    return committed(db, whole_shipments(), shipment)


def whole_shipments() -> Select[Shipment]:
    """Shipments with all that is shown of them."""
    line = selectinload(Shipment.lines).joinedload(ShipmentLine.sales_order_line)
    return select(Shipment).options(
        joinedload(Shipment.sales_order).joinedload(SalesOrder.customer),
        line.joinedload(SalesOrderLine.product),
    )
