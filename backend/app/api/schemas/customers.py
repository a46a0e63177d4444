"""Customers as they are sent and shown."""

from __future__ import annotations

from app.api.fields import NOT_GIVEN, Edit, Email, Input, Name, Phone, Row


class NewCustomer(Input):
    """A customer to be."""

    name: Name
    email: Email | None = None
    phone: Phone | None = None


class CustomerEdit(Edit):
    """What changes of a customer."""

    name: Name = NOT_GIVEN
    email: Email | None = None
    phone: Phone | None = None


class CustomerRead(Row):
    """A customer."""

    id: int
    name: str
    email: str | None
    phone: str | None
    version: int
