"""Each item that runs short names the lines and orders that it is short for, and by when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production
from app.services.bill_revisions import NewBOMLine, revise
from app.services.demand import Shortage, shortages

from . import farm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, Product

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 100, name="White PLA")


@pytest.fixture
def vase(pla: Item) -> Product:
    return farm.product("VASE", (pla, "25.5"), name="Vase")


def short(db: Session) -> dict[str, Shortage]:
    return {shortage.sku: shortage for shortage in shortages(db)}


def test_a_shortage_names_the_line_and_the_production_order(
    db: Session, vase: Product, pla: Item
) -> None:
    order = farm.confirmed(db, (farm.product("PLAIN"), 1), (vase, 6), ship_date=farm.day(4))
    made = farm.made_for(order, "VASE")

    (one,) = short(db)["PLA"].short_for

    assert (one.sales_order_id, one.sales_order, one.line_number) == (order.id, order.code, 2)
    assert (one.production_order_id, one.production_order) == (made.id, made.code)
    assert (one.needed_by, one.missing) == (farm.day(4), Decimal(53))


def test_production_for_stock_is_short_for_no_sales_order(db: Session, vase: Product) -> None:
    made = production.create(db, vase.id, 5, farm.day(2))

    (one,) = short(db)["PLA"].short_for

    assert (one.sales_order_id, one.sales_order, one.line_number) == (None, None, None)
    assert (one.production_order, one.needed_by) == (made.code, farm.day(2))


def test_an_unplanned_line_is_short_of_its_product_and_of_the_material(
    db: Session, vase: Product
) -> None:
    order = farm.confirmed(db, (vase, 6))
    production.cancel(db, order.production_orders[0].id)

    found = short(db)

    assert {sku: each.missing for sku, each in found.items()} == {"VASE": 6, "PLA": 53}
    assert found["VASE"].made_here
    assert [one.production_order for one in found["PLA"].short_for] == [None]
    assert [one.sales_order for one in found["PLA"].short_for] == [order.code]


def test_a_product_that_was_never_in_stock_is_short_without_an_item(
    db: Session, vase: Product
) -> None:
    farm.ordered((vase, 6), status="confirmed")

    shortage = short(db)["VASE"]
    assert (shortage.item_id, shortage.name, shortage.unit) == (None, "Vase", "ea")
    assert shortage.missing == 6


def test_an_item_is_described_in_its_own_unit(db: Session, vase: Product, pla: Item) -> None:
    production.create(db, vase.id, 5)

    shortage = short(db)["PLA"]

    assert (shortage.item_id, shortage.name, shortage.unit) == (pla.id, "White PLA", "g")
    assert not shortage.made_here


def test_what_is_required_is_on_hand_on_order_or_missing(
    db: Session, vase: Product, pla: Item
) -> None:
    farm.printed(db, production.create(db, vase.id, 3), good=1)
    production.create(db, vase.id, 4)
    farm.on_order(pla, "30.25")

    shortage = short(db)["PLA"]

    assert shortage.required == (2 + 4) * Decimal("25.5")
    assert shortage.on_hand == Decimal("74.5")
    assert shortage.on_order == Decimal("30.25")
    assert shortage.missing == Decimal("48.25")


def test_the_first_to_run_short_says_by_when_it_is_needed(db: Session, vase: Product) -> None:
    made = [production.create(db, vase.id, 3, farm.day(days)) for days in (9, 2, 5)]

    shortage = short(db)["PLA"]

    assert shortage.needed_by == farm.day(5)
    assert {one.production_order: one.missing for one in shortage.short_for} == {
        made[2].code: Decimal("53"),
        made[0].code: Decimal("76.5"),
    }


def test_material_reserved_for_one_order_is_short_for_another_that_is_due_sooner(
    db: Session, vase: Product
) -> None:
    production.release(db, production.create(db, vase.id, 3, farm.day(9)).id)
    urgent = production.create(db, vase.id, 3, farm.day(1))

    (one,) = short(db)["PLA"].short_for

    assert (one.production_order, one.missing) == (urgent.code, Decimal(53))


def test_pieces_reserved_for_one_line_are_short_for_another_that_is_due_sooner(
    db: Session,
) -> None:
    vase = farm.product("VASE", item=farm.shelf("VASE", 2))
    farm.confirmed(db, (vase, 2), ship_date=farm.day(9))
    urgent = farm.confirmed(db, (vase, 2), ship_date=farm.day(1))
    production.cancel(db, urgent.production_orders[0].id)

    (one,) = short(db)["VASE"].short_for

    assert (one.sales_order, one.missing) == (urgent.code, Decimal(2))


def test_pieces_made_for_one_line_are_short_for_another_that_is_due_sooner(db: Session) -> None:
    vase = farm.product("VASE")
    farm.confirmed(db, (vase, 2), ship_date=farm.day(9))
    urgent = farm.confirmed(db, (vase, 2), ship_date=farm.day(1))
    production.cancel(db, urgent.production_orders[0].id)

    (one,) = short(db)["VASE"].short_for

    assert (one.sales_order, one.missing) == (urgent.code, Decimal(2))


def test_overdrawn_stock_is_short_for_nobody_in_particular_and_today(db: Session) -> None:
    cap = farm.part("CAP", (farm.material("PETG"), 1), quantity=-4)
    production.create(db, farm.product("JAR", (cap, 1)).id, 1, farm.day(30))

    overdrawn, needed = short(db)["CAP"].short_for

    assert (overdrawn.sales_order, overdrawn.production_order) == (None, None)
    assert (overdrawn.needed_by, overdrawn.missing) == (date.today(), Decimal(4))
    assert (needed.needed_by, needed.missing) == (farm.day(30), Decimal(1))


def test_a_released_order_takes_what_it_was_released_with(
    db: Session, vase: Product, pla: Item
) -> None:
    made = production.create(db, vase.id, 3)
    production.release(db, made.id)
    petg = farm.material("PETG")
    revise(db, vase.id, vase.version, [NewBOMLine(petg.id, Decimal(1))])

    assert short(db) == {}


def test_a_draft_takes_what_is_in_force(db: Session, vase: Product) -> None:
    production.create(db, vase.id, 3)
    petg = farm.material("PETG")
    revise(db, vase.id, vase.version, [NewBOMLine(petg.id, Decimal(1))])

    assert {sku: each.missing for sku, each in short(db).items()} == {"PETG": 3}


def test_an_item_on_two_lines_of_a_bill_is_missing_once_for_both(db: Session, pla: Item) -> None:
    clip = farm.part("CLIP", (pla, "0.0001"), (pla, "33.3333"))
    production.create(db, farm.product("RACK", (clip, 2)).id, 2)

    shortage = short(db)["PLA"]

    assert shortage.required == 4 * Decimal("33.3334")
    assert len(shortage.short_for) == 1
