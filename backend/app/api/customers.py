"""Customers."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, status
from sqlalchemy import select

from app.models import Customer
from app.services import master_data

from .access import for_planners
from .fields import NOT_GIVEN, RowId, SearchText
from .lists import Page, containing, listed, sorted_by
from .parameters import AsyncDatabase, Database
from .problems import problems
from .reading import required
from .schemas.customers import CustomerEdit, CustomerRead, NewCustomer

router = APIRouter()
in_order = sorted_by("name", Customer.id, name=Customer.name, email=Customer.email)


@router.get("/customers", response_model=list[CustomerRead], responses=listed())
async def customers(
    db: AsyncDatabase, page: Page = in_order, q: SearchText = NOT_GIVEN
) -> Sequence[Customer]:
    """All customers; `q` is part of a name, an email or a phone number."""
    found = containing(select(Customer), q, Customer.name, Customer.email, Customer.phone)
    return await page.read_async(db, found)


@router.get("/customers/{customer_id}", response_model=CustomerRead, responses=problems(404))
async def customer(customer_id: RowId, db: AsyncDatabase) -> Customer:
    """One customer."""
    return required(await db.get(Customer, customer_id), Customer, customer_id)


@router.post(
    "/customers",
    response_model=CustomerRead,
    status_code=status.HTTP_201_CREATED,
    **for_planners(),
)
def create_customer(new: NewCustomer, db: Database) -> Customer:
    """A new customer."""
    customer = Customer(**new.model_dump())
    db.add(customer)
    db.commit()
    return customer


@router.patch("/customers/{customer_id}", response_model=CustomerRead, **for_planners(404, 409))
def edit_customer(customer_id: RowId, edit: CustomerEdit, db: Database) -> Customer:
    """The customer with these changes."""
    customer = master_data.edit(db, Customer, customer_id, edit.version, edit.changes())
    db.commit()
    return customer


@router.delete(
    "/customers/{customer_id}",
    response_model=None,
    status_code=status.HTTP_204_NO_CONTENT,
    **for_planners(404, 409),
)
def delete_customer(customer_id: RowId, db: Database) -> None:
    """The customer is gone; 409 if a quote or an order is theirs."""
    master_data.delete(db, Customer, customer_id)
    db.commit()
