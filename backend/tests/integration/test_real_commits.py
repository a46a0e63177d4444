"""Two people at one row, each in a thread with a session of its own: commits and locks are real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models import Printer, PrinterStatus

from .collisions import collide

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    from app.models import SalesOrder

pytestmark = [pytest.mark.integration, pytest.mark.committed_db]


def test_the_second_waits_for_the_first_who_holds_the_printer(printer: Printer) -> None:
    mine = select(Printer).where(Printer.id == printer.id).with_for_update()

    def start(db: Session) -> None:
        db.scalars(mine).one().status = PrinterStatus.PRINTING
        db.flush()

    # whoever did not wait would read what was committed: an idle printer
    _, seen = collide(start, lambda db: db.scalars(mine).one().status)

    assert seen == PrinterStatus.PRINTING


def test_requests_log_in_and_see_what_factories_made(
    auth_sync_client: TestClient, sales_order: SalesOrder
) -> None:
    shown = auth_sync_client.get(f"/api/v1/sales-orders/{sales_order.id}").json()

    assert shown["code"] == sales_order.code
