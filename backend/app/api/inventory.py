"""Movements of stock, what is there, what it is worth, and what of it is promised."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.models import InventoryTransaction, Item, Reservation, SalesOrderLine, TransactionType
from app.services import catalog
from app.services import inventory as service
from app.services.locking import require
from app.services.movements import move

from .access import for_operators
from .fields import NOT_GIVEN, Flag, RowId, SearchText
from .filters import among, whether
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import Database
from .problems import problems
from .reading import required
from .schemas.inventory import MovementRead, NewMovement, ReservationRead, StockRead, Valuation

router = APIRouter()
movements_in_order = sorted_by(
    "-id",
    InventoryTransaction.id,
    created_at=InventoryTransaction.created_at,
    transaction_type=InventoryTransaction.transaction_type,
    quantity=InventoryTransaction.quantity,
    reference=InventoryTransaction.reference,
)
stock_in_order = sorted_by(
    "sku", Item.id, sku=Item.sku, name=Item.name, available=catalog.available()
)
reservations_in_order = sorted_by(
    "id", Reservation.id, created_at=Reservation.created_at, quantity=Reservation.quantity
)


@router.get("/inventory-transactions", response_model=list[MovementRead], responses=listed())
def movements(
    db: Database,
    page: Page = movements_in_order,
    q: SearchText = NOT_GIVEN,
    item_id: RowId = NOT_GIVEN,
    kinds: Annotated[list[TransactionType], Query(alias="transaction_type")] = NOT_GIVEN,
    reference: SearchText = NOT_GIVEN,
) -> Sequence[InventoryTransaction]:
    """All movements, the latest first; `q` is part of a reference or of notes."""
    found = containing(
        select(InventoryTransaction), q, InventoryTransaction.reference, InventoryTransaction.notes
    )
    found = among(found, InventoryTransaction.transaction_type, kinds)
    found = where_equal(
        found, (InventoryTransaction.item_id, item_id), (InventoryTransaction.reference, reference)
    )
    return page.read(db, found)


@router.get(
    "/inventory-transactions/{movement_id}", response_model=MovementRead, responses=problems(404)
)
def movement(movement_id: RowId, db: Database) -> InventoryTransaction:
    """One movement."""
    found = db.get(InventoryTransaction, movement_id)
    return required(found, InventoryTransaction, movement_id)


@router.post(
    "/inventory-transactions",
    response_model=MovementRead,
    status_code=status.HTTP_201_CREATED,
    **for_operators(409),
)
def enter_movement(new: NewMovement, db: Database) -> InventoryTransaction:
    """A movement entered by hand; 409 if it takes more than is available."""
    require(db, Item, new.item_id)
    movement = move(
        db,
        new.item_id,
        new.transaction_type,
        new.quantity,
        reference=new.reference,
        notes=new.notes,
    )
    db.commit()
    return movement


@router.get("/stock", responses=listed())
def stock(
    db: Database,
    page: Page = stock_in_order,
    q: SearchText = NOT_GIVEN,
    low: Flag = NOT_GIVEN,
) -> list[StockRead]:
    """The stock of every item; `q` is part of an SKU or a name, `low` is to be bought again."""
    found = containing(select(Item), q, Item.sku, Item.name)
    items = page.read(db, whether(found, catalog.is_low(), low))
    there = service.stock(db, [item.id for item in items])
    return [_shown(item, there[item.id]) for item in items]


def _shown(item: Item, there: service.Stock) -> StockRead:
    return StockRead(
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        on_hand=there.on_hand,
        reserved=there.reserved,
        available=there.available,
        reorder_point=item.reorder_point,
        low=0 < item.reorder_point >= there.available,
    )


@router.get("/stock-valuation")
def stock_valuation(db: Database) -> Valuation:
    """What all that is on hand is worth at standard cost, to the cent."""
    items = service.valuation(db)
    return Valuation(total=sum((item.value for item in items), Decimal("0.00")), items=items)


@router.get("/reservations", response_model=list[ReservationRead], responses=listed())
def reservations(
    db: Database,
    page: Page = reservations_in_order,
    q: SearchText = NOT_GIVEN,
    item_id: RowId = NOT_GIVEN,
    sales_order_id: RowId = NOT_GIVEN,
    production_order_id: RowId = NOT_GIVEN,
) -> Sequence[Reservation]:
    """What is promised of the stock, to the lines of a sales order or to a production order.

    `q` is part of an item's SKU or name.
    """
    found = containing(_whole_reservations(), q, Item.sku, Item.name)
    found = where_equal(
        found,
        (Reservation.item_id, item_id),
        (Reservation.production_order_id, production_order_id),
    )
    if sales_order_id is not None:
        line = Reservation.sales_order_line
        found = found.where(line.has(SalesOrderLine.sales_order_id == sales_order_id))
    return page.read(db, found)


def _whole_reservations() -> Select[Reservation]:
    line = joinedload(Reservation.sales_order_line)
    return (
        select(Reservation)
        .join(Reservation.item)
        .options(
            joinedload(Reservation.item),
            line.joinedload(SalesOrderLine.sales_order),
            joinedload(Reservation.production_order),
        )
    )
