"""The report writes numbers as people do, and says what is not there yet."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from app.services.demand import Shortage
from demo.farm import Farm
from demo.report import show

if TYPE_CHECKING:
    from tests.factories import (
        ProductFactory,
        ProductionOrderFactory,
        QuoteFactory,
        SalesOrderFactory,
    )

pytestmark = pytest.mark.unit

NONE = Decimal("0.0000")


@pytest.fixture
def farm(
    product_factory: type[ProductFactory],
    quote_factory: type[QuoteFactory],
    sales_order_factory: type[SalesOrderFactory],
) -> Farm:
    lamp = product_factory.build(
        name="Lamp", bom_lines=[{"quantity_per": Decimal("4.5000"), "item__name": "Screw"}]
    )
    line = {"product": lamp, "quantity": 3, "unit_price": Decimal("39.90")}
    quote = quote_factory.build()
    order = sales_order_factory.build(quote=quote, lines=[line])
    return Farm(quote, order, [], [], [], [], [])


def shown(farm: Farm, **seconds: float) -> str:
    console = Console(file=io.StringIO(), record=True, width=120)
    show(farm, seconds, console)
    return console.export_text()


def test_a_line_shows_its_price_and_total_to_the_cent(farm: Farm) -> None:
    assert "line 1: 3 x Lamp at 39.90 = 119.70" in shown(farm)


def test_a_bill_shows_quantities_without_needless_zeros(farm: Farm) -> None:
    assert "4.5 ea Screw" in shown(farm)


@pytest.mark.parametrize(
    "quantity,written",
    [("60.0000", "60"), ("2.2000", "2.2"), ("0.0001", "0.0001"), ("1200", "1200")],
)
def test_what_is_missing_is_written_in_full(farm: Farm, quantity: str, written: str) -> None:
    missing = Decimal(quantity)
    short = Shortage(
        item_id=1,
        sku="PLA",
        name="White PLA",
        unit="kg",
        made_here=False,
        required=missing,
        on_hand=NONE,
        on_order=NONE,
        missing=missing,
        needed_by=date.today(),
        short_for=[],
    )

    (row,) = [
        line for line in shown(replace(farm, shortages=[short])).splitlines() if "White PLA" in line
    ]

    assert row.split() == ["White", "PLA", "kg", written, "0", "0", written]


def test_production_without_a_printer_says_so(
    farm: Farm, production_order_factory: type[ProductionOrderFactory]
) -> None:
    made = production_order_factory.build(sales_order=farm.sales_order, sales_order_line=1)

    assert "0 of 10 x Lamp on no printer yet" in shown(replace(farm, production_orders=[made]))


def test_times_are_shown_in_milliseconds(farm: Farm) -> None:
    assert "1,234 ms" in shown(farm, step=1.2342)
