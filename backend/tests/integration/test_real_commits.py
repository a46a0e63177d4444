"""Two people at one row, each in a thread with a session of its own: commits and locks are real."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.database import SessionLocal
from app.models import Printer, PrinterStatus

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from app.models import SalesOrder

pytestmark = [pytest.mark.integration, pytest.mark.committed_db]


def test_the_second_waits_for_the_first_who_holds_the_printer(
    db: Session, printer: Printer
) -> None:
    held, seen = threading.Event(), []
    mine = select(Printer).where(Printer.id == printer.id).with_for_update()
    db.commit()

    def second() -> None:
        held.wait()
        with SessionLocal() as session:
            seen.append(session.scalars(mine).one().status)

    thread = threading.Thread(target=second)
    thread.start()
    with SessionLocal() as first:
        first.scalars(mine).one().status = PrinterStatus.PRINTING
        first.flush()
        held.set()
        thread.join(timeout=0.1)
        waited = thread.is_alive()
        first.commit()
    thread.join()

    assert waited
    assert seen == [PrinterStatus.PRINTING]


def test_requests_log_in_and_see_what_factories_made(
    auth_sync_client: TestClient, sales_order: SalesOrder
) -> None:
    shown = auth_sync_client.get(f"/api/v1/sales-orders/{sales_order.id}").json()

    assert shown["code"] == sales_order.code
