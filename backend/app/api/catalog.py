"""Items and products."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, status
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from app.models import Item, ItemType, Product
from app.services.bills_of_materials import CircularBillError, Requirement, requirements
from app.services.inventory import on_hand

from .parameters import CurrentPage, Database

router = APIRouter()


class ItemRead(BaseModel):
    """An item with its stock, both amounts in its unit."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    sku: str
    name: str
    item_type: ItemType
    unit: str
    unit_cost: Decimal
    reorder_point: Decimal


class ItemInStock(ItemRead):
    """An item with its stock, in its unit."""

    on_hand: Decimal


class ProductRead(BaseModel):
    """A product and its price."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    sku: str
    name: str
    description: str | None
    unit_price: Decimal
    item_id: int | None


@router.get("/items")
def items(db: Database, page: CurrentPage) -> list[ItemInStock]:
    """All items by SKU, each with what is on hand."""
    found = db.scalars(page.of(select(Item).order_by(Item.sku))).all()
    stock = on_hand(db, [item.id for item in found])
    return [
        ItemInStock(**ItemRead.model_validate(item).model_dump(), on_hand=stock[item.id])
        for item in found
    ]


@router.get("/products", response_model=list[ProductRead])
def products(db: Database, page: CurrentPage) -> Sequence[Product]:
    """All products by SKU."""
    return db.scalars(page.of(select(Product).order_by(Product.sku))).all()


@router.get(
    "/products/{product_id}/requirements",
    responses={404: {"description": "No such product"}, 409: {"description": "A circular bill"}},
)
def product_requirements(
    product_id: int, db: Database, quantity: Annotated[int, Query(ge=1, le=1_000_000)] = 1
) -> list[Requirement]:
    """Everything to buy to make so many pieces, over all levels of the bill of materials."""
    product = db.get(Product, product_id)
    if product is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such product")
    try:
        return requirements(db, product, Decimal(quantity))
    except CircularBillError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error
