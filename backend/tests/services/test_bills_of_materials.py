"""Bills of materials are followed to what is bought, and no further than it makes sense."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services.bills_of_materials import CircularBillError, Requirement, requirements
from tests.factories import BOMLineFactory, ItemFactory, ProductFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, Product

pytestmark = pytest.mark.integration


def needed(db: Session, product: Product, quantity: int = 1) -> dict[str, Decimal]:
    found = requirements(db, product, Decimal(quantity))
    return {requirement.sku: requirement.quantity for requirement in found}


def product_of(*parts: tuple[Item, str], stocked_as: Item | None = None) -> Product:
    bill = [{"item": item, "quantity_per": Decimal(per)} for item, per in parts]
    return ProductFactory.create(bom_lines=bill, item=stocked_as)


def test_a_single_level_is_multiplied_to_the_gram(db: Session) -> None:
    product = product_of((ItemFactory.create(sku="PLA"), "25.5"))

    assert needed(db, product, 3) == {"PLA": Decimal("76.5")}


def test_the_parts_of_a_part_are_counted_with_the_rest(db: Session) -> None:
    pla, arm = ItemFactory.create(sku="PLA"), ItemFactory.create(finished_good=True)
    product_of((pla, "10"), stocked_as=arm)
    robot = product_of((arm, "2"), (pla, "100"))

    assert needed(db, robot, 5) == {"PLA": 5 * (2 * 10 + 100)}


def test_a_part_reached_by_two_ways_is_counted_for_both(db: Session) -> None:
    screw, bolt = ItemFactory.create(sku="SCREW"), ItemFactory.create(finished_good=True)
    arm, leg = ItemFactory.create(), ItemFactory.create()
    product_of((screw, "3"), stocked_as=bolt)
    product_of((bolt, "2"), stocked_as=arm)
    product_of((bolt, "4"), stocked_as=leg)
    robot = product_of((arm, "1"), (leg, "1"))

    assert needed(db, robot) == {"SCREW": 3 * (2 + 4)}


def test_a_part_that_nobody_can_make_is_bought(db: Session) -> None:
    motor = ItemFactory.create(sku="MOTOR")
    ProductFactory.create(item=motor)

    assert needed(db, product_of((motor, "1"))) == {"MOTOR": 1}


def test_a_product_without_a_bill_needs_nothing(db: Session) -> None:
    assert needed(db, ProductFactory.create()) == {}


def test_one_item_on_two_lines_of_a_bill_is_summed(db: Session) -> None:
    pla = ItemFactory.create(sku="PLA")

    assert needed(db, product_of((pla, "10"), (pla, "0.0001"))) == {"PLA": Decimal("10.0001")}


def test_quantities_multiply_over_three_levels_and_only_the_sum_is_rounded_up(db: Session) -> None:
    pla, pin, hinge = (ItemFactory.create(sku=sku) for sku in ("PLA", "PIN", "HINGE"))
    product_of((pla, "0.0003"), stocked_as=pin)
    product_of((pin, "7"), stocked_as=hinge)
    BOMLineFactory.create(
        product=pin.product, item=pla, quantity_per=Decimal("0.0001"), scrap_factor=Decimal("0.05")
    )
    door = product_of((hinge, "3"))

    assert needed(db, door, 11) == {"PLA": Decimal("0.0936")}  # 231 x 0.000405 = 0.093555


def test_what_is_made_here_is_made_in_whole_pieces(db: Session) -> None:
    pla, shade = ItemFactory.create(sku="PLA"), ItemFactory.create(finished_good=True)
    product_of((pla, "0.18"), stocked_as=shade)
    lamp = ProductFactory.create()
    BOMLineFactory.create(product=lamp, item=shade, scrap_factor=Decimal("0.05"))

    assert needed(db, lamp, 3) == {"PLA": 4 * Decimal("0.18")}  # 3.15 shades are 4


@pytest.mark.parametrize("scrap,quantity", [("0", "76.5"), ("0.05", "80.325"), ("1", "153")])
def test_what_is_lost_to_scrap_is_needed_too(db: Session, scrap: str, quantity: str) -> None:
    pla = ItemFactory.create(sku="PLA")
    line = {"item": pla, "quantity_per": Decimal("25.5"), "scrap_factor": Decimal(scrap)}

    assert needed(db, ProductFactory.create(bom_lines=[line]), 3) == {"PLA": Decimal(quantity)}


def test_scrap_multiplies_over_the_levels(db: Session) -> None:
    pla, arm = ItemFactory.create(sku="PLA"), ItemFactory.create(finished_good=True)
    scrap = Decimal("0.1")
    grams = {"item": pla, "quantity_per": Decimal(10), "scrap_factor": scrap}
    arms = {"item": arm, "quantity_per": Decimal(2), "scrap_factor": scrap}
    ProductFactory.create(item=arm, bom_lines=[grams])

    robot = ProductFactory.create(bom_lines=[arms])

    assert needed(db, robot, 5) == {"PLA": Decimal("121")}


@pytest.mark.parametrize("in_force,sku", [(1, "PLA"), (2, "PETG")])
def test_only_the_revision_in_force_counts(db: Session, in_force: int, sku: str) -> None:
    lines = [{"item__sku": "PLA", "revision": 1}, {"item__sku": "PETG", "revision": 2}]
    vase = ProductFactory.create(bom_revision=in_force, bom_lines=lines)

    assert needed(db, vase) == {sku: 1}


def test_only_the_revision_in_force_of_a_part_counts(db: Session) -> None:
    lines = [{"item__sku": "PLA", "revision": 1}, {"item__sku": "PETG", "revision": 2}]
    arm = ProductFactory.create(stocked=True, bom_revision=2, bom_lines=lines)

    assert needed(db, ProductFactory.create(bom_lines=[{"item": arm.item}])) == {"PETG": 1}


def test_a_part_whose_bill_in_force_is_empty_is_bought(db: Session) -> None:
    arm = ItemFactory.create(sku="ARM", finished_good=True)
    ProductFactory.create(item=arm, bom_revision=2, bom_lines=[{"revision": 1}])

    assert needed(db, product_of((arm, "1"))) == {"ARM": 1}


def test_a_circle_in_a_revision_that_is_not_in_force_does_no_harm(db: Session) -> None:
    loop = ProductFactory.create(stocked=True, bom_lines=[{"item__sku": "PLA"}])
    BOMLineFactory.create(product=loop, item=loop.item, revision=2)

    assert needed(db, loop) == {"PLA": 1}


def test_what_is_needed_comes_by_sku_with_its_unit(db: Session) -> None:
    screw = ItemFactory.create(sku="SCREW", name="Screw M3")
    pla = ItemFactory.create(sku="PLA", name="White PLA", filament=True)

    found = requirements(db, product_of((screw, "4"), (pla, "25.5")), Decimal(2))

    assert found == [
        Requirement(pla.id, "PLA", "White PLA", "g", Decimal(51)),
        Requirement(screw.id, "SCREW", "Screw M3", "ea", Decimal(8)),
    ]


def test_stock_is_not_subtracted(db: Session) -> None:
    pla = ItemFactory.create(sku="PLA", with_stock=True)

    assert needed(db, product_of((pla, "1"))) == {"PLA": 1}


def test_a_circle_is_refused_and_named_in_the_order_of_its_making(db: Session) -> None:
    items = ItemFactory.create_batch(3)
    circle = [ProductFactory.create(sku=sku, item=i) for sku, i in zip("ABC", items, strict=True)]
    for product, part in zip(circle, [*items[1:], items[0]], strict=True):
        BOMLineFactory.create(product=product, item=part)
    outside = product_of((items[0], "1"))

    with pytest.raises(CircularBillError, match=r"A > B > C > A|B > C > A > B|C > A > B > C"):
        needed(db, outside)


def test_a_product_made_of_itself_is_refused(db: Session) -> None:
    loop = ProductFactory.create(sku="LOOP", stocked=True)
    BOMLineFactory.create(product=loop, item=loop.item)

    with pytest.raises(CircularBillError, match="its own product: LOOP > LOOP; remove one"):
        needed(db, loop)


def test_each_level_costs_one_query_and_the_names_one_more(
    db: Session, query_counter: Callable[[], int]
) -> None:
    product = ProductFactory.create(with_two_level_bom=True)
    before = query_counter()

    needed(db, product)

    assert query_counter() - before == 3
