"""What one piece costs, rolled up over the levels of its bill."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.bills_of_materials import CircularBillError
from app.services.costing import CostLine, cost_of
from tests.factories import BOMLineFactory, ItemFactory, ProductFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, Product

pytestmark = pytest.mark.integration


def item_at(cost: str, sku: str = "PLA") -> Item:
    return ItemFactory.create(sku=sku, unit_cost=Decimal(cost))


def product_of(*parts: tuple[Item, str, str], stocked_as: Item | None = None) -> Product:
    """A product made of so much of each item, with a scrap factor."""
    bill = [
        {"item": item, "quantity_per": Decimal(per), "scrap_factor": Decimal(scrap)}
        for item, per, scrap in parts
    ]
    return ProductFactory.create(bom_lines=bill, item=stocked_as)


def cost(db: Session, product: Product) -> str:
    return str(cost_of(db, product).material_cost)


def test_a_piece_costs_what_its_material_costs(db: Session) -> None:
    vase = product_of((item_at("0.0251"), "25.5", "0"), (item_at("1.10", "BOX"), "1", "0"))

    assert cost(db, vase) == "1.7401"  # 0.64005 is rounded before it is summed


def test_what_is_lost_to_scrap_is_paid_too(db: Session) -> None:
    assert cost(db, product_of((item_at("0.02"), "100", "0.05"))) == "2.1000"


def test_each_line_says_what_it_adds(db: Session) -> None:
    pla, box = item_at("0.02"), item_at("1.50", "BOX")
    vase = product_of((pla, "100", "0.05"), (box, "2", "0"))

    assert cost_of(db, vase).lines == [
        CostLine(pla.id, "PLA", Decimal(105), Decimal("0.02"), Decimal("2.10")),
        CostLine(box.id, "BOX", Decimal(2), Decimal("1.50"), Decimal("3.00")),
    ]


@pytest.mark.parametrize(
    "per,unit_cost,added",
    [("0.0001", "0.5", "0.0001"), ("0.0001", "0.4999", "0.0000"), ("0.5", "0.0001", "0.0001")],
)
def test_a_line_is_rounded_half_up_to_four_digits(
    db: Session, per: str, unit_cost: str, added: str
) -> None:
    assert cost(db, product_of((item_at(unit_cost), per, "0"))) == added


def test_a_quantity_with_scrap_is_shown_rounded_and_paid_exactly(db: Session) -> None:
    vase = product_of((item_at("1000"), "0.0001", "0.5"))

    (line,) = cost_of(db, vase).lines

    assert (line.quantity_per, line.cost) == (Decimal("0.0002"), Decimal("0.15"))


def test_what_is_left_of_the_price_is_the_margin(db: Session) -> None:
    bill = [{"item": item_at("12.50"), "quantity_per": Decimal(2)}]
    lamp = ProductFactory.create(sku="LAMP", unit_price=Decimal("39.90"), bom_lines=bill)

    found = cost_of(db, lamp)

    assert (found.product_id, found.sku) == (lamp.id, "LAMP")
    assert found.material_cost == 25
    assert found.unit_price == Decimal("39.90")
    assert found.margin == Decimal("14.90")


def test_a_product_that_costs_more_than_its_price_has_a_negative_margin(db: Session) -> None:
    bill = [{"item": item_at("12.50")}]

    assert cost_of(db, ProductFactory.create(unit_price=10, bom_lines=bill)).margin == Decimal(
        "-2.50"
    )


def test_a_product_without_a_bill_costs_nothing(db: Session) -> None:
    found = cost_of(db, ProductFactory.create(unit_price=Decimal("9.99")))

    assert found.lines == []
    assert found.material_cost == 0
    assert found.margin == Decimal("9.99")


def test_a_part_that_is_made_here_costs_what_its_own_bill_adds_up_to(db: Session) -> None:
    arm = item_at("99", "ARM")
    product_of((item_at("0.02"), "50", "0.1"), stocked_as=arm)
    robot = product_of((arm, "2", "0.5"))

    found = cost_of(db, robot)

    assert found.material_cost == Decimal("3.30")
    assert found.lines[0].unit_cost == Decimal("1.10")


def test_a_part_that_nobody_can_make_costs_what_its_item_costs(db: Session) -> None:
    motor = item_at("7.25", "MOTOR")
    ProductFactory.create(item=motor)

    assert cost(db, product_of((motor, "2", "0"))) == "14.5000"


def test_a_part_that_is_made_of_free_material_is_free(db: Session) -> None:
    arm = item_at("99", "ARM")
    product_of((item_at("0"), "50", "0"), stocked_as=arm)

    assert cost(db, product_of((arm, "1", "0"))) == "0.0000"


def test_costs_are_rolled_up_over_three_levels_and_every_way(db: Session) -> None:
    screw, pin, hinge = item_at("0.10", "SCREW"), item_at("0", "PIN"), item_at("0", "HINGE")
    product_of((screw, "3", "0"), stocked_as=pin)
    product_of((pin, "2", "0"), (screw, "1", "0"), stocked_as=hinge)
    door = product_of((hinge, "2", "0"), (pin, "1", "0"), (screw, "4", "0"))

    assert cost(db, door) == "2.1000"


@pytest.mark.parametrize("in_force,material", [(1, "2.0000"), (2, "3.0000")])
def test_the_revision_in_force_is_what_costs(db: Session, in_force: int, material: str) -> None:
    pla = item_at("1")
    bill = [
        {"item": pla, "quantity_per": Decimal(2), "revision": 1},
        {"item": pla, "quantity_per": Decimal(3), "revision": 2},
    ]

    assert cost(db, ProductFactory.create(bom_revision=in_force, bom_lines=bill)) == material


def test_what_is_made_of_itself_has_no_cost(db: Session) -> None:
    loop = ProductFactory.create(sku="LOOP", stocked=True)
    BOMLineFactory.create(product=loop, item=loop.item)

    with pytest.raises(CircularBillError, match="LOOP > LOOP"):
        cost_of(db, loop)


def test_a_level_more_costs_one_statement_more(
    db: Session, query_counter: Callable[[], int]
) -> None:
    arm = item_at("0", "ARM")
    flat = product_of((item_at("1"), "1", "0"), stocked_as=arm)
    robot = product_of((arm, "1", "0"))
    counts = []
    for product in (flat, robot):
        before = query_counter()
        cost_of(db, product)
        counts.append(query_counter() - before)

    assert counts == [2, 3]
