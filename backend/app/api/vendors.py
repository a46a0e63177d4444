"""Vendors."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, status
from sqlalchemy import select

from app.models import Vendor
from app.services import master_data

from .access import for_planners
from .fields import NOT_GIVEN, RowId, SearchText
from .lists import Page, containing, listed, sorted_by
from .parameters import AsyncDatabase, Database
from .problems import problems
from .reading import required
from .schemas.vendors import NewVendor, VendorEdit, VendorRead

router = APIRouter()
in_order = sorted_by("name", Vendor.id, name=Vendor.name, lead_time_days=Vendor.lead_time_days)


@router.get("/vendors", response_model=list[VendorRead], responses=listed())
async def vendors(
    db: AsyncDatabase, page: Page = in_order, q: SearchText = NOT_GIVEN
) -> Sequence[Vendor]:
    """All vendors; `q` is part of a name, an email or a phone number."""
    found = containing(select(Vendor), q, Vendor.name, Vendor.email, Vendor.phone)
    return await page.read_async(db, found)


@router.get("/vendors/{vendor_id}", response_model=VendorRead, responses=problems(404))
async def vendor(vendor_id: RowId, db: AsyncDatabase) -> Vendor:
    """One vendor."""
    return required(await db.get(Vendor, vendor_id), Vendor, vendor_id)


@router.post(
    "/vendors", response_model=VendorRead, status_code=status.HTTP_201_CREATED, **for_planners()
)
def create_vendor(new: NewVendor, db: Database) -> Vendor:
    """A new vendor."""
    vendor = Vendor(**new.model_dump())
    db.add(vendor)
    db.commit()
    return vendor


@router.patch("/vendors/{vendor_id}", response_model=VendorRead, **for_planners(404, 409))
def edit_vendor(vendor_id: RowId, edit: VendorEdit, db: Database) -> Vendor:
    """The vendor with these changes."""
    vendor = master_data.edit(db, Vendor, vendor_id, edit.version, edit.changes())
    db.commit()
    return vendor


@router.delete(
    "/vendors/{vendor_id}",
    response_model=None,
    status_code=status.HTTP_204_NO_CONTENT,
    **for_planners(404, 409),
)
def delete_vendor(vendor_id: RowId, db: Database) -> None:
    """The vendor is gone; 409 if an order or an item names them."""
    master_data.delete(db, Vendor, vendor_id)
    db.commit()
