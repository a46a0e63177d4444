"""Vendors as they are sent and shown."""

from __future__ import annotations

from app.api.fields import NOT_GIVEN, Days, Edit, Email, Input, Name, Phone, Row


class NewVendor(Input):
    """A vendor to be; `lead_time_days` is from order to receipt."""

    name: Name
    email: Email | None = None
    phone: Phone | None = None
    lead_time_days: Days = 7


class VendorEdit(Edit):
    """What changes of a vendor."""

    name: Name = NOT_GIVEN
    email: Email | None = None
    phone: Phone | None = None
    lead_time_days: Days = NOT_GIVEN


class VendorRead(Row):
    """A vendor."""

    id: int
    name: str
    email: str | None
    phone: str | None
    lead_time_days: int
    version: int
