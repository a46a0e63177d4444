"""Products, and what it takes to make them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import select

from app.models import Product
from app.services import catalog, master_data
from app.services.bills_of_materials import Requirement, requirements

from .access import for_planners
from .fields import NOT_GIVEN, RowId, SearchText
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import AsyncDatabase, Database
from .problems import problems
from .reading import required
from .schemas.products import NewProduct, ProductEdit, ProductRead

router = APIRouter()
in_order = sorted_by(
    "sku", Product.id, sku=Product.sku, name=Product.name, unit_price=Product.unit_price
)


@router.get("/products", response_model=list[ProductRead], responses=listed())
async def products(
    db: AsyncDatabase,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    item_id: RowId = NOT_GIVEN,
) -> Sequence[Product]:
    """All products; `q` is part of an SKU or a name, `item_id` what they are stocked as."""
    found = containing(select(Product), q, Product.sku, Product.name)
    return await page.read_async(db, where_equal(found, (Product.item_id, item_id)))


@router.get("/products/{product_id}", response_model=ProductRead, responses=problems(404))
async def product(product_id: RowId, db: AsyncDatabase) -> Product:
    """One product."""
    return required(await db.get(Product, product_id), Product, product_id)


@router.post(
    "/products",
    response_model=ProductRead,
    status_code=status.HTTP_201_CREATED,
    **for_planners(409),
)
def create_product(new: NewProduct, db: Database) -> Product:
    """A new product, without a bill of materials."""
    product = catalog.create_product(db, new.model_dump())
    db.commit()
    return product


@router.patch("/products/{product_id}", response_model=ProductRead, **for_planners(404, 409))
def edit_product(product_id: RowId, edit: ProductEdit, db: Database) -> Product:
    """The product with these changes."""
    product = catalog.edit_product(db, product_id, edit.version, edit.changes())
    db.commit()
    return product


@router.delete(
    "/products/{product_id}",
    response_model=None,
    status_code=status.HTTP_204_NO_CONTENT,
    **for_planners(404, 409),
)
def delete_product(product_id: RowId, db: Database) -> None:
    """The product and its bill are gone; 409 if a quote or an order names it."""
    master_data.delete(db, Product, product_id)
    db.commit()


@router.get("/products/{product_id}/requirements", responses=problems(404, 409))
def product_requirements(
    product_id: RowId,
    db: Database,
    quantity: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> list[Requirement]:
    """Everything to buy to make so many pieces, over all levels of the bill of materials."""
    product = required(db.get(Product, product_id), Product, product_id)
    return requirements(db, product, Decimal(quantity))
