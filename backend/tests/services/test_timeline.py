"""An item over time: what comes, what is needed, and what is left of it day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production, shipping
from app.services.demand import timeline
from app.services.errors import NotFoundError

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
    return farm.product("VASE", (pla, "25.5"), item=farm.shelf("VASE", 2))


def entries(db: Session, item: Item | None) -> list[tuple[str, str | None, Decimal, Decimal]]:
    """Each entry of an item: kind, document, quantity, balance."""
    assert item is not None
    found = timeline(db, item.id).entries
    return [(each.kind.value, each.document, each.quantity, each.balance) for each in found]


def test_an_item_that_does_not_exist_has_no_timeline(db: Session) -> None:
    with pytest.raises(NotFoundError, match="no item has the id 0"):
        timeline(db, 0)


def test_an_item_that_nobody_needs_just_lies_there(db: Session, pla: Item) -> None:
    found = timeline(db, pla.id)

    assert (found.item_id, found.sku, found.name, found.unit) == (pla.id, "PLA", "White PLA", "g")
    assert found.on_hand == 100
    assert found.entries == []


def test_the_balance_runs_from_the_stock_over_what_comes_and_goes(
    db: Session, vase: Product, pla: Item
) -> None:
    made = production.create(db, vase.id, 10, farm.day(2))
    later = farm.on_order(pla, "50.5", days=5)
    sooner = farm.on_order(pla, 200, days=1)

    assert entries(db, pla) == [
        ("purchase_order", sooner.code, Decimal(200), Decimal(300)),
        ("production_order", made.code, Decimal(-255), Decimal(45)),
        ("purchase_order", later.code, Decimal("50.5"), Decimal("95.5")),
    ]
    days = [entry.on for entry in timeline(db, pla.id).entries]
    assert days == [farm.day(1), farm.day(2), farm.day(5)]


def test_what_runs_out_shows_as_a_negative_balance(db: Session, vase: Product, pla: Item) -> None:
    production.create(db, vase.id, 10)

    assert entries(db, pla)[-1][3] == -155


def test_what_comes_on_a_day_is_there_for_what_is_needed_on_it(
    db: Session, vase: Product, pla: Item
) -> None:
    production.create(db, vase.id, 10, farm.day(2))
    farm.on_order(pla, 200, days=2)

    assert [balance for *_, balance in entries(db, pla)] == [300, 45]


def test_a_product_is_needed_by_customers_and_comes_from_production(
    db: Session, vase: Product
) -> None:
    order = farm.confirmed(db, (vase, 5), ship_date=farm.day(4))
    (made,) = order.production_orders

    assert entries(db, vase.item) == [
        ("production_order", made.code, Decimal(3), Decimal(5)),
        ("sales_order", order.code, Decimal(-5), Decimal(0)),
    ]


def test_lines_that_were_shipped_need_nothing_more(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 2), (vase, 3))
    shipping.ship(db, order.id, {1: 2})

    taken = [quantity for kind, _, quantity, _ in entries(db, vase.item) if kind == "sales_order"]
    assert taken == [-3]


def test_pieces_that_are_done_take_nothing_more(db: Session, vase: Product, pla: Item) -> None:
    farm.put_in_stock(pla, 155)
    farm.printed(db, production.create(db, vase.id, 10), good=3, scrapped=1)

    assert [quantity for _, _, quantity, _ in entries(db, pla)] == [-6 * Decimal("25.5")]


def test_what_has_no_date_counts_today(db: Session, vase: Product, pla: Item) -> None:
    production.create(db, vase.id, 1)
    farm.on_order(pla, 5, expected_date=None)
    farm.confirmed(db, (vase, 1), ship_date=None)

    days = [
        entry.on for item in (pla, vase.item) if item for entry in timeline(db, item.id).entries
    ]
    assert set(days) == {date.today()}


def test_a_missing_part_takes_its_material_when_the_part_is_needed(db: Session, pla: Item) -> None:
    jar = farm.product("JAR", (farm.part("LID", (pla, 2), quantity=4), 1))
    made = production.create(db, jar.id, 10, farm.day(6))

    assert entries(db, pla) == [("production_order", made.code, Decimal(-12), Decimal(88))]
    assert timeline(db, pla.id).entries[0].on == farm.day(6)


def test_an_unplanned_line_takes_the_material_of_what_it_lacks(
    db: Session, vase: Product, pla: Item
) -> None:
    order = farm.confirmed(db, (vase, 5))
    production.cancel(db, order.production_orders[0].id)

    assert entries(db, pla) == [("sales_order", order.code, -3 * Decimal("25.5"), Decimal("23.5"))]


def test_material_to_make_overdrawn_stock_again_is_needed_today(db: Session, pla: Item) -> None:
    lid = farm.part("LID", (pla, 2), quantity=-3)
    production.create(db, farm.product("JAR", (lid, 1)).id, 10, farm.day(6))

    assert entries(db, pla)[0] == ("stock", None, Decimal(-6), Decimal(94))
    assert timeline(db, pla.id).entries[0].on == date.today()
