"""A release reserves all that the pieces still take, by the bill that it fixes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production
from app.services.bill_revisions import NewBOMLine, revise
from app.services.errors import RuleError, StockError
from app.services.inventory import Stock
from tests.factories import ProductFactory

from . import farm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, Product, ProductionOrder

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 1000)


@pytest.fixture
def vase(pla: Item) -> Product:
    return farm.product("VASE", (pla, "25.5"))


def released(db: Session, product: Product) -> ProductionOrder:
    """An order for ten pieces."""
    return production.release(db, production.create(db, product.id, 10).id)


def test_a_release_reserves_all_material(db: Session, vase: Product, pla: Item) -> None:
    made = released(db, vase)

    assert farm.reserved_of(made) == {"PLA": 255}
    assert farm.stock_of(db, pla) == Stock(Decimal(1000), Decimal(255))


def test_a_release_keeps_what_is_reserved_already(db: Session) -> None:
    lid = farm.part("LID", (farm.material("PLA"), 2), quantity=10)
    order = farm.confirmed(db, (farm.product("JAR", (lid, 1)), 10))

    production.release(db, order.production_orders[0].id)

    assert farm.reserved_of(order.production_orders[0]) == {"LID": 10}
    assert farm.stock_of(db, lid).available == 0


def test_a_release_names_every_item_that_is_short_and_by_how_much(db: Session, pla: Item) -> None:
    screw, motor = farm.material("SCREW", 39, unit="ea"), farm.material("MOTOR", 10, unit="ea")
    robot = farm.product("ROBOT", (pla, "100.05"), (screw, 4), (motor, 1))
    made = production.create(db, robot.id, 10)

    with pytest.raises(StockError, match=r"lacks 0\.5 g of PLA, 1 ea of SCREW; buy or make"):
        production.release(db, made.id)

    assert (made.status, made.bom_revision, made.reservations) == ("draft", None, [])


def test_material_promised_to_others_is_short(db: Session, vase: Product, pla: Item) -> None:
    for _ in range(3):
        released(db, vase)

    with pytest.raises(StockError, match="lacks 20 g of PLA"):
        released(db, vase)


def test_a_product_without_a_bill_is_not_released(db: Session) -> None:
    made = production.create(db, ProductFactory.create(sku="VASE").id, 1)

    with pytest.raises(RuleError, match="VASE has no bill of materials; write one first"):
        production.release(db, made.id)


def test_a_release_fixes_the_bill(db: Session, vase: Product, pla: Item) -> None:
    made = released(db, vase)
    revise(db, vase.id, vase.version, [NewBOMLine(pla.id, Decimal(99))])

    production.start(db, made.id, farm.printer().id)
    production.report(db, made.id, good=10)

    assert made.bom_revision == 1
    assert farm.stock_of(db, pla) == Stock(1000 - Decimal(255), Decimal(0))


def test_a_release_frees_what_the_bill_in_force_no_longer_asks_for(db: Session, pla: Item) -> None:
    lid = farm.part("LID", (pla, 2), quantity=20)
    jar = farm.product("JAR", (lid, 2))
    (made,) = farm.confirmed(db, (jar, 10)).production_orders
    revise(
        db, jar.id, jar.version, [NewBOMLine(lid.id, Decimal(1)), NewBOMLine(pla.id, Decimal(5))]
    )

    production.release(db, made.id)

    assert farm.reserved_of(made) == {"LID": 10, "PLA": 50}
    assert farm.stock_of(db, lid).available == 10
