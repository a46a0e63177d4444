"""Vendors, kept by planners and seen by everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models import Vendor

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from tests.factories import ItemFactory, PurchaseOrderFactory, VendorFactory

pytestmark = pytest.mark.api

VENDORS = "/api/v1/vendors"


async def test_a_vendor_is_shown(auth_client: AsyncClient, vendor: Vendor) -> None:
    response = await auth_client.get(f"{VENDORS}/{vendor.id}")

    assert response.json() == {
        "id": vendor.id,
        "name": "Test Vendor 1",
        "email": "vendor1@example.com",
        "phone": "555-0001",
        "lead_time_days": 3,
        "version": 1,
    }


async def test_no_vendor_has_an_id_that_was_never_given(auth_client: AsyncClient) -> None:
    assert (await auth_client.get(f"{VENDORS}/1")).status_code == 404


@pytest.mark.parametrize("text", ["spool", "sales@", "4711"])
async def test_vendors_are_found_by_name_email_and_phone(
    auth_client: AsyncClient, vendor_factory: type[VendorFactory], text: str
) -> None:
    vendor_factory.create()
    vendor_factory.create(name="Spoolworks", email="sales@example.com", phone="4711")

    shown = (await auth_client.get(VENDORS, params={"q": text})).json()

    assert [vendor["name"] for vendor in shown] == ["Spoolworks"]


async def test_the_slowest_vendor_can_be_listed_first(
    auth_client: AsyncClient, vendor_factory: type[VendorFactory]
) -> None:
    vendor_factory.create(name="near")
    vendor_factory.create(name="far", overseas=True)

    shown = (await auth_client.get(VENDORS, params={"sort": "-lead_time_days"})).json()

    assert [vendor["name"] for vendor in shown] == ["far", "near"]


async def test_a_new_vendor_delivers_within_a_week_unless_said(
    planner_client: AsyncClient, db: Session
) -> None:
    response = await planner_client.post(VENDORS, json={"name": "Spoolworks"})

    assert response.status_code == 201
    assert response.json()["lead_time_days"] == 7
    assert db.scalars(select(Vendor.name)).all() == ["Spoolworks"]


@pytest.mark.parametrize("days", [-1, 3651, 1.5, "3", True, None])
async def test_a_lead_time_that_cannot_be_is_refused(
    planner_client: AsyncClient, days: Any
) -> None:
    response = await planner_client.post(VENDORS, json={"name": "Slow", "lead_time_days": days})

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", "lead_time_days"]]


async def test_a_whole_number_is_one_however_json_writes_it(planner_client: AsyncClient) -> None:
    response = await planner_client.post(VENDORS, json={"name": "Fast", "lead_time_days": 2.0})

    assert response.json()["lead_time_days"] == 2


async def test_a_vendor_is_edited(planner_client: AsyncClient, vendor: Vendor, db: Session) -> None:
    change = {"version": 1, "lead_time_days": 30}

    response = await planner_client.patch(f"{VENDORS}/{vendor.id}", json=change)

    assert (response.json()["lead_time_days"], response.json()["version"]) == (30, 2)
    db.refresh(vendor)
    assert (vendor.name, vendor.lead_time_days) == ("Test Vendor 1", 30)


async def test_a_vendor_of_whom_nothing_was_ever_bought_can_be_deleted(
    planner_client: AsyncClient, vendor: Vendor
) -> None:
    path = f"{VENDORS}/{vendor.id}"

    assert (await planner_client.delete(path)).status_code == 204
    assert (await planner_client.get(path)).status_code == 404


async def test_a_vendor_with_orders_stays(
    planner_client: AsyncClient, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    vendor = purchase_order_factory.create().vendor

    response = await planner_client.delete(f"{VENDORS}/{vendor.id}")

    assert response.status_code == 409
    assert response.json()["detail"] == "This is still in use: purchase orders refer to it"


async def test_a_vendor_whom_an_item_is_bought_from_stays(
    planner_client: AsyncClient, vendor: Vendor, item_factory: type[ItemFactory], db: Session
) -> None:
    item = item_factory.create(preferred_vendor=vendor)

    response = await planner_client.delete(f"{VENDORS}/{vendor.id}")

    assert response.status_code == 409
    assert response.json()["detail"] == "this vendor is still in use: items refer to it"
    db.refresh(item)
    assert item.preferred_vendor is vendor
