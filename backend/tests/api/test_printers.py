"""The fleet: planners keep it, operators say what state it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models import Printer, PrinterStatus
from app.services.errors import InvalidInputError
from app.services.printers import set_status

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from tests.factories import PrinterFactory, ProductionOrderFactory

pytestmark = pytest.mark.api

PRINTERS = "/api/v1/printers"


async def test_a_printer_is_shown(
    auth_client: AsyncClient, printer_factory: type[PrinterFactory]
) -> None:
    printer = printer_factory.create(in_maintenance=True)

    response = await auth_client.get(f"{PRINTERS}/{printer.id}")

    assert response.json() == {
        "id": printer.id,
        "name": "Printer-01",
        "model": "P1S",
        "status": "maintenance",
        "version": 1,
    }


async def test_no_printer_has_an_id_that_was_never_given(auth_client: AsyncClient) -> None:
    assert (await auth_client.get(f"{PRINTERS}/1")).status_code == 404


async def test_printers_are_listed_by_name_and_found_by_status(
    auth_client: AsyncClient, printer_factory: type[PrinterFactory]
) -> None:
    printer_factory.create(name="Zeus", offline=True)
    printer_factory.create(name="Hera")
    printer_factory.create(name="Ares", offline=True)

    response = await auth_client.get(PRINTERS, params={"status": "offline"})

    assert [printer["name"] for printer in response.json()] == ["Ares", "Zeus"]
    assert response.headers["X-Total-Count"] == "2"


@pytest.mark.parametrize("text", ["zeu", "mk4"])
async def test_printers_are_found_by_name_and_model(
    auth_client: AsyncClient, printer_factory: type[PrinterFactory], text: str
) -> None:
    printer_factory.create()
    printer_factory.create(name="Zeus", model="MK4")

    shown = (await auth_client.get(PRINTERS, params={"q": text})).json()

    assert [printer["name"] for printer in shown] == ["Zeus"]


async def test_a_status_that_no_printer_has_finds_nothing_but_a_refusal(
    auth_client: AsyncClient,
) -> None:
    assert (await auth_client.get(PRINTERS, params={"status": "on fire"})).status_code == 422


async def test_a_new_printer_waits_for_work(planner_client: AsyncClient, db: Session) -> None:
    response = await planner_client.post(PRINTERS, json={"name": "Zeus"})

    assert response.status_code == 201
    assert (response.json()["status"], response.json()["model"]) == ("idle", None)
    assert db.scalars(select(Printer.name)).all() == ["Zeus"]


async def test_a_name_belongs_to_one_printer(
    planner_client: AsyncClient, printer_factory: type[PrinterFactory]
) -> None:
    printer_factory.create(name="Zeus")

    response = await planner_client.post(PRINTERS, json={"name": "Zeus"})

    assert response.status_code == 409
    assert response.json()["detail"] == "The name is taken: another of the printers has it"


async def test_a_printer_is_renamed(
    planner_client: AsyncClient, printer: Printer, db: Session
) -> None:
    path = f"{PRINTERS}/{printer.id}"

    response = await planner_client.patch(path, json={"version": 1, "name": "Zeus"})

    assert (response.json()["name"], response.json()["version"]) == ("Zeus", 2)
    db.refresh(printer)
    assert (printer.name, printer.model) == ("Zeus", "P1S")


async def test_a_printers_status_is_not_a_matter_of_editing(
    planner_client: AsyncClient, printer: Printer
) -> None:
    path = f"{PRINTERS}/{printer.id}"

    response = await planner_client.patch(path, json={"version": 1, "status": "offline"})

    assert response.status_code == 422


@pytest.mark.parametrize("status", ["idle", "maintenance", "offline"])
async def test_an_operator_says_what_state_a_printer_is_in(
    operator_client: AsyncClient, printer: Printer, db: Session, status: str
) -> None:
    path = f"{PRINTERS}/{printer.id}/status"

    response = await operator_client.post(path, json={"status": status})

    assert (response.status_code, response.json()["status"]) == (200, status)
    db.refresh(printer)
    assert printer.status == status


@pytest.mark.parametrize("status", ["printing", "on fire", None])
async def test_nobody_says_that_a_printer_prints(
    operator_client: AsyncClient, printer: Printer, status: str | None
) -> None:
    path = f"{PRINTERS}/{printer.id}/status"

    response = await operator_client.post(path, json={"status": status})

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", "status"]]


def test_no_service_says_so_either(db: Session, printer: Printer) -> None:
    with pytest.raises(InvalidInputError, match="once a production order is started on it"):
        set_status(db, printer.id, PrinterStatus.PRINTING)


async def test_a_viewer_says_nothing_of_it(viewer_client: AsyncClient, printer: Printer) -> None:
    path = f"{PRINTERS}/{printer.id}/status"

    assert (await viewer_client.post(path, json={"status": "offline"})).status_code == 403


async def test_a_printer_with_an_order_in_progress_goes_on_printing(
    operator_client: AsyncClient,
    production_order_factory: type[ProductionOrderFactory],
    db: Session,
) -> None:
    order = production_order_factory.create(in_progress=True, code="PO-1", printer__name="Zeus")
    path = f"{PRINTERS}/{order.printer_id}/status"

    response = await operator_client.post(path, json={"status": "offline"})

    assert response.status_code == 409
    assert response.json()["detail"] == "Zeus prints PO-1; stop or complete that order first"
    assert db.scalars(select(Printer.status)).one() == "printing"


async def test_a_printer_whose_order_is_completed_can_be_maintained(
    operator_client: AsyncClient, production_order_factory: type[ProductionOrderFactory]
) -> None:
    order = production_order_factory.create(completed=True)
    path = f"{PRINTERS}/{order.printer_id}/status"

    response = await operator_client.post(path, json={"status": "maintenance"})

    assert response.status_code == 200


async def test_the_status_of_no_printer_cannot_change(operator_client: AsyncClient) -> None:
    response = await operator_client.post(f"{PRINTERS}/1/status", json={"status": "idle"})

    assert response.status_code == 404


async def test_a_printer_that_never_printed_can_be_deleted(
    planner_client: AsyncClient, printer: Printer
) -> None:
    path = f"{PRINTERS}/{printer.id}"

    assert (await planner_client.delete(path)).status_code == 204
    assert (await planner_client.get(path)).status_code == 404


async def test_a_printer_that_has_printed_stays_for_the_record(
    planner_client: AsyncClient,
    production_order_factory: type[ProductionOrderFactory],
    db: Session,
) -> None:
    order = production_order_factory.create(completed=True)

    response = await planner_client.delete(f"{PRINTERS}/{order.printer_id}")

    assert response.status_code == 409
    assert response.json()["detail"] == (
        "this printer is still in use: production orders refer to it"
    )
    db.refresh(order)
    assert order.printer is not None
