"""The farm that `make demo` and `make serve` show is short of exactly what it orders."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from sqlalchemy import select

from app.models import SalesOrder
from demo.farm import Farm, build_farm
from demo.report import show

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration


@pytest.fixture
def farm(db: Session) -> Farm:
    return build_farm(db)


@pytest.fixture
def report(farm: Farm) -> str:
    console = Console(file=io.StringIO(), record=True, width=120)
    show(farm, {"the farm": 0.0123}, console)
    return console.export_text()


def test_the_farm_is_short_of_boxes_inserts_and_filament(farm: Farm) -> None:
    short = {each.sku: (each.missing, each.unit) for each in farm.shortages}

    assert short == {
        "BOX-M": (40 - 25, "ea"),
        "INSERT-M3": (40 * 4 - 100, "ea"),
        "PLA-WHITE": (40 * Decimal("0.18") - 5, "kg"),
    }
    assert short["PLA-WHITE"] == (Decimal("2.2"), "kg")


def test_it_orders_exactly_what_is_missing_from_those_who_sell_it(farm: Farm) -> None:
    ordered = {
        (order.vendor.name, line.item.sku): line.quantity
        for order in farm.purchase_orders
        for line in order.lines
    }

    assert ordered == {
        ("Fasten & Co", "BOX-M"): 15,
        ("Fasten & Co", "INSERT-M3"): 60,
        ("Spoolworks", "PLA-WHITE"): Decimal("2.2"),
    }


def test_it_is_one_chain_from_the_quote_to_production(farm: Farm) -> None:
    order = farm.sales_order

    assert order.quote is farm.quote
    assert order.customer is farm.quote.customer
    assert [line.total_price for line in order.lines] == [40 * Decimal("39.90")]
    assert all(made.sales_order is order for made in farm.production_orders)
    assert [(made.product.sku, made.quantity_ordered) for made in farm.production_orders] == [
        ("LAMP-MOON", 40),
        ("LAMP-SHADE", 40),
    ]


def test_what_blocks_the_order_names_the_drafts_that_end_it(farm: Farm) -> None:
    (line,) = farm.readiness
    drafts = {order.code for order in farm.purchase_orders}
    short = [blocker for blocker in line.blockers if blocker.kind == "material_short"]

    assert line.state == "blocked"
    assert len(short) == 3
    assert all(any(code in blocker.message for code in drafts) for blocker in short)


def test_vases_are_printed_sold_and_partly_shipped(db: Session, farm: Farm) -> None:
    sold, vases = db.scalars(select(SalesOrder).order_by(SalesOrder.id.desc())).all()

    assert (sold, vases.status) == (farm.sales_order, "partly_shipped")
    assert [line.quantity_shipped for line in vases.lines] == [2]
    assert [printer.status for printer in farm.printers] == [
        "printing",
        "idle",
        "idle",
        "maintenance",
    ]


async def test_its_administrator_logs_in_and_sees_what_is_short(
    client: AsyncClient, farm: Farm
) -> None:
    admin = {"username": "admin", "password": "admin"}
    token = (await client.post("/api/v1/auth/login", data=admin)).json()["access_token"]

    headers = {"Authorization": f"Bearer {token}"}
    shown = (await client.get("/api/v1/shortages", headers=headers)).json()

    assert {each["sku"]: Decimal(each["missing"]) for each in shown} == {
        "BOX-M": 15,
        "INSERT-M3": 60,
        "PLA-WHITE": Decimal("2.2"),
    }


def test_the_report_names_every_document(farm: Farm, report: str) -> None:
    codes = [
        farm.quote.code,
        farm.sales_order.code,
        *(order.code for order in farm.production_orders),
        *(order.code for order in farm.purchase_orders),
    ]

    assert len(set(codes)) == 1 + 1 + 2 + 2
    assert [code for code in codes if code not in report] == []


def test_the_report_names_every_printer_and_every_item_that_is_short(
    farm: Farm, report: str
) -> None:
    names = [*(each.name for each in farm.printers), *(each.name for each in farm.shortages)]

    assert [name for name in names if name not in report] == []


def test_the_report_writes_quantities_as_people_do(report: str) -> None:
    words = report.split()

    assert {"2.2", "60", "15"} <= set(words)
    assert not [word for word in words if word.endswith(".0000") or "E+" in word]


def test_the_report_says_how_long_it_took(report: str) -> None:
    assert "12 ms" in report
