"""What the database refuses is told in the words of the trade, without any SQL."""

from __future__ import annotations

from decimal import InvalidOperation
from typing import TYPE_CHECKING

import pytest
from psycopg.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from .problems import fail_with, refused

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from tests.factories import CustomerFactory, ItemFactory, SalesOrderFactory, VendorFactory

pytestmark = pytest.mark.api

HEALTH = "/api/v1/health"


@pytest.mark.parametrize(
    "error",
    [DataError("SELECT secret", {}, Exception("numeric field overflow")), InvalidOperation()],
    ids=["by the database", "by arithmetic"],
)
async def test_what_no_column_can_hold_is_the_callers_mistake(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fail_with(error, monkeypatch)

    problem = refused(await client.get(HEALTH), 422)

    assert problem["detail"] == "A value is out of the range that can be stored"
    assert [error["loc"] for error in problem["errors"]] == [[]]


async def test_a_value_that_is_taken_is_a_conflict_by_its_name(
    planner_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    item_factory.create(sku="PLA")

    response = await planner_client.post("/api/v1/items", json={"sku": "PLA", "name": "Filament"})

    problem = refused(response, 409)
    assert problem["detail"] == "The sku is taken: another of the items has it"


async def test_the_application_goes_on_after_a_conflict(
    planner_client: AsyncClient, item_factory: type[ItemFactory]
) -> None:
    item_factory.create(sku="PLA")

    await planner_client.post("/api/v1/items", json={"sku": "PLA", "name": "Filament"})
    response = await planner_client.post("/api/v1/items", json={"sku": "PETG", "name": "Filament"})

    assert response.status_code == 201


async def test_a_row_that_others_refer_to_is_a_conflict_by_their_name(
    planner_client: AsyncClient, customer_factory: type[CustomerFactory]
) -> None:
    customer = customer_factory.create(with_orders=True)

    response = await planner_client.delete(f"/api/v1/customers/{customer.id}")

    problem = refused(response, 409)
    assert problem["detail"] == "This is still in use: sales orders refer to it"


async def test_a_reference_to_nothing_is_a_conflict_by_its_name(
    client: AsyncClient,
    db: Session,
    monkeypatch: pytest.MonkeyPatch,
    sales_order_factory: type[SalesOrderFactory],
) -> None:
    with pytest.raises(IntegrityError) as nobody, db.begin_nested():
        sales_order_factory.create(customer=None, customer_id=2_147_483_647)
    fail_with(nobody.value, monkeypatch)

    problem = refused(await client.get(HEALTH), 409)

    assert problem["detail"] == "The customer id is not that of any of the customers"


async def test_a_row_that_a_check_refuses_is_not_acceptable(
    client: AsyncClient,
    db: Session,
    monkeypatch: pytest.MonkeyPatch,
    vendor_factory: type[VendorFactory],
) -> None:
    with pytest.raises(IntegrityError) as too_early, db.begin_nested():
        vendor_factory.create(lead_time_days=-1)
    fail_with(too_early.value, monkeypatch)

    problem = refused(await client.get(HEALTH), 422)

    assert problem["detail"] == "A value is out of the range that can be stored"


async def test_a_constraint_that_no_model_has_is_not_named(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(IntegrityError("INSERT INTO secrets", {}, UniqueViolation("uq_secrets")), monkeypatch)

    problem = refused(await client.get(HEALTH), 409)

    assert problem["detail"] == "The change contradicts other data"


@pytest.mark.parametrize("met", [DeadlockDetected, SerializationFailure, LockNotAvailable])
async def test_who_met_somebody_elses_change_is_asked_to_repeat_theirs(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, met: type[Exception]
) -> None:
    fail_with(OperationalError("UPDATE secrets", {}, met()), monkeypatch)

    problem = refused(await client.get(HEALTH), 409)

    assert problem["detail"] == (
        "Somebody else changed the same at the same time; repeat your change"
    )
