"""Items and their stock."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, status
from sqlalchemy import not_, select

from app.models import Item, ItemType
from app.services import catalog, inventory, master_data

from .access import for_planners
from .fields import NOT_GIVEN, Flag, RowId, SearchText
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import Database
from .problems import problems
from .reading import required
from .schemas.items import ItemEdit, ItemInStock, ItemRead, NewItem

router = APIRouter()
in_order = sorted_by(
    "sku",
    Item.id,
    sku=Item.sku,
    name=Item.name,
    item_type=Item.item_type,
    unit_cost=Item.unit_cost,
    reorder_point=Item.reorder_point,
    available=catalog.available(),
)


@router.get("/items", responses=listed())
def items(
    db: Database,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    item_type: ItemType = NOT_GIVEN,
    preferred_vendor_id: RowId = NOT_GIVEN,
    low: Flag = NOT_GIVEN,
) -> list[ItemInStock]:
    """All items with their stock; `q` is part of an SKU or a name, `low` is to be bought again."""
    found = containing(select(Item), q, Item.sku, Item.name)
    found = where_equal(
        found, (Item.item_type, item_type), (Item.preferred_vendor_id, preferred_vendor_id)
    )
    if low is not None:
        found = found.where(catalog.is_low() if low else not_(catalog.is_low()))
    return _in_stock(db, page.read(db, found))


@router.get("/items/{item_id}", responses=problems(404))
def item(item_id: RowId, db: Database) -> ItemInStock:
    """One item with its stock."""
    return _in_stock(db, [required(db.get(Item, item_id), Item, item_id)])[0]


@router.post("/items", status_code=status.HTTP_201_CREATED, **for_planners(409))
def create_item(new: NewItem, db: Database) -> ItemInStock:
    """A new item, of which nothing is in stock."""
    item = catalog.create_item(db, new.model_dump())
    db.commit()
    return _in_stock(db, [item])[0]


@router.patch("/items/{item_id}", **for_planners(404, 409))
def edit_item(item_id: RowId, edit: ItemEdit, db: Database) -> ItemInStock:
    """The item with these changes."""
    item = catalog.edit_item(db, item_id, edit.version, edit.changes())
    db.commit()
    return _in_stock(db, [item])[0]


@router.delete(
    "/items/{item_id}",
    response_model=None,
    status_code=status.HTTP_204_NO_CONTENT,
    **for_planners(404, 409),
)
def delete_item(item_id: RowId, db: Database) -> None:
    """The item is gone; 409 if it has ever moved, or a product, a bill or an order names it."""
    master_data.delete(db, Item, item_id)
    db.commit()


def _in_stock(db: Database, rows: Sequence[Item]) -> list[ItemInStock]:
    stock = inventory.stock(db, [item.id for item in rows])
    return [
        ItemInStock(
            **ItemRead.model_validate(item).model_dump(),
            on_hand=stock[item.id].on_hand,
            reserved=stock[item.id].reserved,
            available=stock[item.id].available,
        )
        for item in rows
    ]
